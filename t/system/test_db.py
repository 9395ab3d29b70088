"""lib/db and lib/run against a real server: the C probe, migrations, leases of jobs, backup."""
import shutil
import subprocess
import time


def test_database_door(instance):
    """db_test: exact values, cache, killed connections, deadlocks, wake-ups, bulk rows, leases, audit, settings."""
    done = instance.program("db_test", env={"CMOCKA_MESSAGE_OUTPUT": "TAP"})
    failed = [line for line in done.stdout.splitlines() if line.startswith("not ok")]
    assert done.returncode == 0 and not failed, done.stdout + done.stderr


def test_migrating_again_changes_nothing(instance):
    before = instance.rows("select version, checksum, applied_at from migration where version > 0 order by version")
    assert "migrations_applied=0" in instance.job("migrate")
    assert instance.rows("select version, checksum, applied_at from migration where version > 0 order by version") == before


def copy_of_sql(instance, tmp_path):
    folder = tmp_path / "sql"
    from instance import ROOT
    shutil.copytree(ROOT / "sql", folder)
    return folder


def test_a_changed_old_migration_is_refused_and_nothing_applied(instance, tmp_path):
    folder = copy_of_sql(instance, tmp_path)
    first = sorted(folder.glob("0001_*.sql"))[0]
    first.write_text(first.read_text() + "\n-- a word more\n")
    (folder / "9001_new.sql").write_text("create table never (id int primary key);\n")
    done = instance.job("migrate", f"--sql-dir={folder}", check=False)
    assert done.returncode == 1
    assert first.name in done.stderr and "was changed after it was applied" in done.stderr
    assert not instance.rows("show tables like 'never'")


def test_a_migration_that_failed_half_way_goes_on_where_it_failed(instance, tmp_path):
    folder = copy_of_sql(instance, tmp_path)
    new = folder / "9002_half.sql"
    new.write_text("create table half (id int primary key);\ninsert into half values (1);\ninsert into halv values (2);\n")
    try:
        done = instance.job("migrate", f"--sql-dir={folder}", check=False)
        assert done.returncode == 1 and "file=9002_half.sql statement=3" in done.stderr
        assert "9002" not in str(instance.rows("select version from migration where applied_at is not null"))
        new.write_text(new.read_text().replace("halv", "half"))
        assert "migrations_applied=1" in instance.job("migrate", f"--sql-dir={folder}")
        assert instance.rows("select id from half order by id") == [(1,), (2,)]
    finally:
        instance.sql("drop table if exists half")
        instance.sql("delete from migration where version > 9000")


def test_two_migrations_with_one_number_are_refused(instance, tmp_path):
    folder = copy_of_sql(instance, tmp_path)
    (folder / "0001_second.sql").write_text("select 1;\n")
    done = instance.job("migrate", f"--sql-dir={folder}", check=False)
    assert done.returncode == 1 and "have one number" in done.stderr


def test_a_job_that_another_machine_runs_ends_at_once(instance):
    instance.sql("replace into lease (name, holder, expires_at) values ('job.purge', 'other:1:x', now() + interval 60 second)")
    try:
        done = instance.job("purge", check=False)
        assert done.returncode == 75, done.stderr
        assert not instance.rows("select 1 from job_run where job = 'purge'")
    finally:
        instance.sql("delete from lease where name = 'job.purge'")
    instance.sql("replace into lease (name, holder, expires_at) values ('job.purge', 'dead:1:x', now() - interval 1 second)")
    instance.job("purge")
    assert instance.rows("select status from job_run where job = 'purge'") == [("done",)]
    assert not instance.rows("select 1 from lease where name = 'job.purge'")


def test_wrong_use_of_jobs_is_told(instance):
    assert instance.job("no_such_job", check=False).returncode == 2
    done = instance.job("migrate", "--no-such-option", "1", check=False)
    assert done.returncode == 2 and "no-such-option" in done.stderr
    assert "brings the database schema up to date" in instance.job("--help")


def test_every_statement_of_every_program_prepares(instance):
    checked = []
    for name in ("job", "admin", "driver", "gateway", "courier", "task"):
        try:
            instance.path(name)
        except AssertionError:
            continue
        done = instance.program(name, "--check-sql")
        assert done.returncode == 0, f"{name}: {done.stderr}"
        checked.append(name)
    assert "job" in checked


def test_a_killed_database_comes_back(instance):
    old = instance.kill("mysql")
    instance.await_again("mysql", old, 30)
    assert instance.value("select 1") == 1
    assert "migrations_applied=0" in instance.job("migrate")


def test_a_configuration_error_says_what_to_do(instance):
    done = instance.program("job", "migrate", env={"CHARGEOPS_HTTP_PORT": "many"})
    assert done.returncode == 2
    assert "http_port" in done.stderr and "--help" in done.stderr


def test_a_database_that_is_away_is_said_in_one_sentence(instance):
    done = instance.program("job", "migrate", env={"CHARGEOPS_DB_SOCKET": str(instance.var / "none.sock")})
    assert done.returncode == 1
    assert "cannot connect to the database" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_status_and_down(instance):
    done = instance.run("status")
    assert "mysql=up" in done.stdout and f"url={instance.url}" in done.stdout
    started = time.monotonic()
    again = instance.run("up", "--bare", "--no-build")
    assert time.monotonic() - started < 10
    assert "password=" not in again.stdout
    assert subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{redirect_url}", instance.url + "/"], capture_output=True,
                          text=True).stdout.endswith("/admin/")
