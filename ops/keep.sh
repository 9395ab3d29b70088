#!/bin/sh
# keep.sh PIDFILE COMMAND... - runs COMMAND and starts it again when it dies, slower each time.
# Owns PIDFILE. Serves ./chargeops up; on a server systemd does this.
pidfile=$1
shift
stop='' child='' pause=1
trap 'stop=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM INT
trap '[ -z "$child" ] || kill -HUP "$child" 2>/dev/null' HUP
while [ -z "$stop" ]; do
	born=$(date +%s)
	"$@" &
	child=$!
	echo "$child" >"$pidfile"
	wait "$child"
	rc=$?
	while kill -0 "$child" 2>/dev/null; do           # a signal to us ended the wait, not the child
		wait "$child"
		rc=$?
	done
	[ -z "$stop" ] || break
	[ $(($(date +%s) - born)) -lt 10 ] || pause=1
	echo "ts=$(date +%FT%T%z) level=error prog=keep event=died exit=$rc again_in=${pause}s command=\"$1\""
	child=''
	sleep "$pause" &
	wait $!
	[ "$pause" -ge 8 ] || pause=$((pause * 2))
done
rm -f "$pidfile"
