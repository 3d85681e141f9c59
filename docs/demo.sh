#!/bin/sh
# Archives the seeds, searches them, shows the article and exports it; prints each command before its
# output. Needs docarchive on the PATH; everything it makes is in a new temporary folder.
set -eu

seeds=$(CDPATH= cd -- "$(dirname -- "$0")/../seeds" && pwd)
folder=$(mktemp -d)
cd "$folder"
ln -s "$seeds" seeds

run() {
    printf '\n$ docarchive'
    for word in "$@"; do
        case $word in
            *[!A-Za-z0-9_./:=-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    docarchive "$@"
}

run init news
DOCARCHIVE_ARCHIVE=$folder/news
export DOCARCHIVE_ARCHIVE
printf '\n$ export DOCARCHIVE_ARCHIVE=news\n'
run import seeds
run import seeds
run list
run search 'partnership programmes'
run search 'nato AND "security cooperation" OR stoltenberg date:2024-03' --json
id=$(docarchive search nato --ids --limit 1)
run show "$id"
run export nato --format jsonl --output nato.jsonl
run export nato --format csv
run stats
printf '\nThe archive is a plain folder; look around in %s\n' "$folder/news"
(cd "$folder/news" && find . -path ./.docarchive -prune -o -type f -print | sort)
