#!/usr/bin/env bash
# Installs the intranet.
#   ./install.sh --try [--port 8000] [--host 127.0.0.1] [--data DIR] [--no-start]
# --try needs no root: it installs everything into this checkout, makes a demo company and starts it.
set -euo pipefail
cd "$(dirname "$0")"

mode='' port=8000 host=127.0.0.1 data=$PWD/data start=1
while [ $# -gt 0 ]; do
  case $1 in
    --try) mode=try ;;
    --no-start) start='' ;;
    --port | --host | --data)
      [ $# -gt 1 ] || { echo "$1 needs a value." >&2; exit 2; }
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    -h | --help) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit ;;
    *) echo "Unknown option $1. See ./install.sh --help" >&2; exit 2 ;;
  esac
  shift
done

stop() { printf '\n%s\n' "$*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }
[ "$mode" = try ] || stop "Only the trial can be installed so far. Run: ./install.sh --try"

debian() { # what is missing is installed by root, and named for everyone else
  [ "$(id -u)" -eq 0 ] || stop "These packages are missing: $*
Run: sudo apt-get update && sudo apt-get install -y $*
and then this again."
  command -v apt-get >/dev/null || stop "These are missing and this is not Debian: $*. Install them, then run this again."
  say "Installing Debian packages: $*"
  apt-get update -q >/dev/null || stop "The package lists cannot be fetched. Is this machine connected to a network?"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

[ -s /etc/ssl/certs/ca-certificates.crt ] || debian ca-certificates
command -v python3 >/dev/null || debian python3 python3-venv
python3 -c 'import ensurepip, venv' 2>/dev/null || debian python3-venv
python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' ||
  stop "Python 3.11, 3.12 or 3.13 is needed; this is $(python3 --version). On Debian 12, python3 is right."
free=$(df --output=avail -k . | tail -1)
[ "$free" -ge 1500000 ] || stop "1.5 GB of free space are needed here; there are $((free / 1000)) MB. Make room, then run this again."

wanted=$(cat requirements.txt requirements-build.txt pyproject.toml hatch_build.py frontend/package-lock.json | sha256sum)
if [ "$(cat .venv/.installed 2>/dev/null || true)" != "$wanted" ]; then
  say "Installing the program (a minute or two)"
  [ -x .venv/bin/pip ] || python3 -m venv .venv
  export PIP_DISABLE_PIP_VERSION_CHECK=1
  .venv/bin/pip install --quiet --require-hashes -r requirements-build.txt ||
    stop "The Python packages could not be fetched. Is this machine connected to a network? The lines above say more."
  say "Building the front end"
  node=$(scripts/node) || stop "Node.js could not be fetched for the build. Is this machine connected to a network?"
  PATH="$node:$PATH" .venv/bin/pip install --quiet --no-deps --no-build-isolation --editable . ||
    stop "The front end could not be built. The lines above say more."
  rm -rf .node
  .venv/bin/python -W ignore -m compileall -q .venv/lib/python3*/site-packages/whoosh || true
  echo "$wanted" >.venv/.installed
fi
if [ ! -f intranet/web/static/dist/manifest.json ]; then
  PATH="$(scripts/node):$PATH" .venv/bin/python hatch_build.py
  rm -rf .node
fi

if [ ! -e "$data/intranet.sqlite" ]; then
  say "Making the demo company"
  .venv/bin/intranet demo --data "$data"
fi
say ""
say "Address:   http://$host:$port"
say "Sign in:   giulia.ferri  (or elena.galli, who looks after the box)"
say "Password:  aurora-2026"
say ""
[ -n "$start" ] || { say "Start it:  .venv/bin/intranet serve --data $data --host $host --port $port"; exit; }
exec .venv/bin/intranet serve --data "$data" --host "$host" --port "$port"
