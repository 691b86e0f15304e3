#!/usr/bin/env bash
# Reports an issue, once, however often it runs: report-issue.sh <project> <title>
# Exits as `plugboard help exit-codes` says: 0 it is there, 6 a person has to agree first, 7 somebody said no.
set -euo pipefail

if [[ $# -ne 2 ]]; then
  echo "Say a project and a title: $0 acme/api 'The backup failed'" >&2
  exit 2
fi
project=$1 title=$2

# Quoted for JSON. (Control characters have no place in a token or a title.)
json() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# The first handle in an answer.
handle_in() { sed -n 's/.*"handle": *"\([^"]*\)".*/\1/p' <<< "$1" | head -n 1; }

# Which server and which key: PLUGBOARD_URL and PLUGBOARD_KEY, or a profile (`plugboard login`, PLUGBOARD_PROFILE). Where no
# server answers (3) or the key is not valid (4), the command says so, and the script ends with its exit code.
own=$(plugboard connections list --connector gitlab --json)
handle=$(handle_in "$own")
if [[ -z $handle ]]; then
  : "${GITLAB_TOKEN:?Set it to an access token of GitLab, this once}"
  values=$(printf '{ "base_url": %s, "token": %s }' "$(json "${GITLAB_URL:-https://gitlab.com}")" "$(json "$GITLAB_TOKEN")")
  # The token goes in by standard input: arguments can be read by others.
  # #region connect
  made=$(plugboard connect gitlab --fields - --json <<< "$values")
  # #endregion
  handle=$(handle_in "$made")
fi

# What the tool answers, as JSON; where it is refused, a sentence goes to standard error and this ends.
found=$(plugboard call "${handle}__list_issues" project="$project" state=opened search="$title")
if grep -qF "\"title\": $(json "$title")" <<< "$found"; then
  echo "It is there already: $title"
  exit 0
fi

# #region call
code=0
plugboard call "${handle}__create_issue" project="$project" title="$title" --wait "${WAIT:-0}" > /dev/null || code=$?
# #endregion
case $code in
  0) echo "Reported: $title" ;;
  6) echo 'It waits for a person. Run this again once somebody has agreed.' ;;
  7) echo 'Somebody said no.' >&2 ;;
  8) echo "Nobody knows whether it was sent: look at $project before you run this again." >&2 ;;
  *) echo 'It could not be reported.' >&2 ;;
esac
exit "$code"
