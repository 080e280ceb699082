/** Hosts that must never be connected to by default, as a definition or an answer could name them. Public ones are of the ranges for documentation. */

/** No allow-list opens these either. */
export const neverTargets: readonly string[] = [
  // metadata and link-local, plain and inside IPv6
  "169.254.169.254", "169.254.170.2", "169.254.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16",
  "fe80::1", "fe80::1%lo", "fd00:ec2::254", "fd20:ce::254", "fd00:42::42",
  "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
  // unspecified, multicast, broadcast, reserved
  "0.0.0.0", "0.0.0.1", "::", "::2", "::ffff:0.0.0.0", "224.0.0.1", "239.255.255.250", "ff02::1", "255.255.255.255", "240.0.0.1",
];

/** Names that are no names: other spellings of addresses, user info, paths, line breaks. */
export const disguisedTargets: readonly string[] = [
  "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "0xa9.0xfe.0xa9.0xfe", "169.254.43518", "169.254.169.254.", "[169.254.169.254]",
  "127.0.0.1@203.0.113.7", "203.0.113.7#127.0.0.1", "127.0.0.1 203.0.113.7", "127.0.0.1\r\nHost: 203.0.113.7", "127.0.0.1\u0000.203.0.113.7", "203.0.113.7/127.0.0.1",
  "１６９.254.169.254", "localhost.", "", "0", "/var/run/docker.sock",
];

/** Addresses that an allow-list could open. */
export const strangeTargets: readonly string[] = ["10.0.0.1", "172.16.0.1", "192.168.1.1", "203.0.113.7", "128.0.0.1", "126.255.255.255", "2001:db8::1", "::ffff:10.0.0.1", "2001:db8::ffff:7f00:1"];

export const hostileTargets: readonly string[] = [...neverTargets, ...disguisedTargets, ...strangeTargets];
