#!/bin/sh
# Set-up, first step: makes sure that a fitting Node.js is at hand (an older one could not even
# read the rest), then hands over to tools/setup/main.mjs. Arguments are passed on.
# NODE=/path/to/node chooses another Node.js.
set -eu

stop() {
  printf 'setup: %s\n  %s\n' "$1" "$2" >&2
  exit 1
}

here=${0%/*}
node=${NODE:-node}
remedy='Install Node.js 22 (for example with `nvm install 22`, Homebrew or your distribution), then run `make setup` again.'

command -v "$node" >/dev/null 2>&1 ||
  stop "Node.js is missing: there is no \`$node\` on PATH." "$remedy"
version=$("$node" -p process.versions.node 2>/dev/null) ||
  stop "Node.js at $(command -v "$node") does not start." "$remedy"
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 17 ]; } || [ "$major" -gt 24 ]
then
  stop "Node.js $version does not fit: 20.17 or newer and older than 25 is needed." "$remedy"
fi

exec "$node" "$here/setup/main.mjs" "$@"
