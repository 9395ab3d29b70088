#!/bin/sh
# cron.sh --crontab FILE - runs the due lines of a crontab, each in a process of its own, once a minute.
# Owns nothing. Serves the jobs' schedule in the operator's zone (TZ), without root and without the system's cron.
# A line: minute hour day month weekday command. A field: * or numbers, ranges a-b, lists a,b, steps */n. # comments.
# --at "M H D MON WD" prints what is due then and ends (for tests).
set -f
file='' at=''
while [ $# -gt 0 ]; do
	case $1 in
	--crontab) file=$2; shift 2 ;;
	--at) at=$2; shift 2 ;;
	*) echo "usage: cron.sh --crontab FILE [--at 'M H D MON WD']" >&2; exit 2 ;;
	esac
done
[ -r "$file" ] || { echo "cron.sh: cannot read $file" >&2; exit 2; }

matches() {                                  # matches FIELD VALUE
	old=$IFS; IFS=,
	for part in $1; do
		IFS=$old
		step=1 from=0 to=99
		case $part in */*) step=${part#*/} part=${part%/*} ;; esac
		case $part in '*') ;; *-*) from=${part%-*} to=${part#*-} ;; *) from=$part to=$part ;; esac
		[ "$2" -ge "$from" ] && [ "$2" -le "$to" ] && [ $((($2 - from) % step)) -eq 0 ] && return 0
	done
	IFS=$old
	return 1
}

due() {                                      # due M H D MON WD: the commands of that minute
	while read -r m h d mon wd command; do
		case $m in '' | \#*) continue ;; esac
		matches "$m" "$1" && matches "$h" "$2" && matches "$d" "$3" && matches "$mon" "$4" && matches "$wd" "$5" &&
			printf '%s\n' "$command"
	done <"$file"
}

[ -z "$at" ] || { due $at; exit 0; }
trap 'exit 0' TERM INT
last=$(date +%Y%m%d%H%M)
while :; do
	sleep 1 &
	wait $!
	now=$(date +%Y%m%d%H%M)
	[ "$now" != "$last" ] || continue
	last=$now
	due $(date '+%-M %-H %-d %-m %w') | while read -r command; do
		sh -c "$command || echo \"ts=\$(date +%FT%T%z) level=error prog=cron event=job_failed exit=\$? command=\\\"$command\\\"\"" &
	done
done
