# Keeps one PostgreSQL server for the test process that started this shell.
# $1 is its directory. Acts come by standard input, one a line; each is
# answered with its exit status. The end of the input is the end of the
# process, however it came: the server is stopped and its directory removed.
trap '' PIPE
cd "$1" || exit
while read -r act; do
	case $act in
	create)
		initdb --username=postgres --auth-local=trust --auth-host=scram-sha-256 \
			--encoding=UTF8 --locale=C --data-checksums data && cat settings >>data/postgresql.conf ;;
	start) pg_ctl start -w -D data -l log ;;
	stop) pg_ctl stop -w -D data -m fast ;;
	crash) pg_ctl stop -w -D data -m immediate ;;
	esac </dev/null >>log 2>&1
	echo $?
done
pg_ctl stop -w -D data -m immediate </dev/null >>log 2>&1
cd / && rm -rf "$1"
