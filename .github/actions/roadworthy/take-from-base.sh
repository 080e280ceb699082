#!/usr/bin/env bash
# Puts the yardstick of the base branch in the place of the pull request's: objectives, suites with their `required` lists, and the allow file.
# A pull request may change them, and they count once they are merged. What is new in it (a further target) stays.
#
#   take-from-base.sh <folder of the base> <folder of the candidate> < patterns, one a line, relative to both
set -euo pipefail
shopt -s nullglob globstar

base=$(realpath "$1")
candidate=$(realpath "$2")
allow_file=roadworthy.allow.yaml

cd "$base"
while IFS= read -r pattern; do
  # Unquoted: the pattern is to be matched against the files of the base.
  # shellcheck disable=SC2206
  files=($pattern)
  for file in ${files[@]+"${files[@]}"}; do
    [[ -f $file ]] || continue
    cmp -s "$file" "$candidate/$file" || echo "from the base branch: $file"
    mkdir -p "$candidate/$(dirname "$file")"
    cp --remove-destination "$file" "$candidate/$file"
  done
done

# No allow file in the base: nothing beyond this machine is allowed, whatever the pull request says.
rm -f "$candidate/$allow_file"
if [[ -f $allow_file ]]; then
  cp "$allow_file" "$candidate/$allow_file"
  # It counts only as it was committed, which the base's was.
  if git -C "$candidate" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git -C "$candidate" add --force -- "$allow_file"
    git -C "$candidate" diff --cached --quiet -- "$allow_file" ||
      git -C "$candidate" -c core.hooksPath=/dev/null -c commit.gpgSign=false -c user.name=roadworthy -c user.email=roadworthy@localhost commit -q -m "Take the allow file from the base branch" -- "$allow_file"
  fi
fi
