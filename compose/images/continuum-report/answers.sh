#!/bin/bash
# answers PORT PATH: ends with 0 when GET answers 200. A health check that costs milliseconds, where a Node would cost a tenth of a second.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
read -r -t 2 _version status _reason <&3
[[ $status == 200 ]]
