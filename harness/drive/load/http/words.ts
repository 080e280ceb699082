/** Plain words for generated text: short, long and common ones, so that the text has the shape of text. */

export const words: readonly string[] = (
  "a about account after again all also amount and another answer any area as at away back be because been before begin between board book both bring build " +
  "business by call can case change city clear close common company consider could country course cover date day decide deliver different do document down during " +
  "each early end every example fact few field figure find first follow for form from general give good group hand have head high hold house idea if important in " +
  "information into invoice issue it just keep kind know large last late lead learn left letter level line list little local long look made make many matter may " +
  "mean meeting member might month more most much must name near need never new next night no note notice number of office often old on once one only open order " +
  "other our out over own page paper part pass pay people period place plan point present problem process provide public put question quite rather read reason " +
  "receive record regard report result return right room run same say school second section see seem send service set several should show side since small so some " +
  "state still such system table take than that the their then there these they thing think this those though three through time to today together too total toward " +
  "turn two under until up upon use value very view want water way we week well were what when where which while who whole why will with within without word work " +
  "world would write year yet you"
).split(" ");
