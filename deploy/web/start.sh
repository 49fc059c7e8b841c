#!/bin/sh
# nginx with the Content-Security-Policy that the web app comes with: {MEDIA_URL} and {S3_ENDPOINT} in it become the hosts
# where catalog keeps pictures and takes uploads, if those are not our own. `web/vercel.mjs` does the same.
set -eu
conf=$1 policy=$2 made=$3

source_of() {
  case "$1" in
    *[!A-Za-z0-9.:/_~-]*) echo "no address that a policy may have: $1" >&2; exit 1 ;;
    http://* | https://*) printf ' %s/' "$1" ;;
  esac
}

media=$(source_of "${MEDIA_URL:-}")
uploads=$(source_of "${S3_ENDPOINT:-}")
said=$(sed -n 's#^ *"Content-Security-Policy": "\(.*\)"$#\1#p' "$policy")
test -n "$said"
value=$(printf %s "$said" | sed -e "s#{MEDIA_URL}#$media#" -e "s#{S3_ENDPOINT}#$uploads#")
sed "s#{POLICY}#$value#" "$conf" > "$made"
exec nginx -c "$made" -g "daemon off;"
