"""The shell side: schedule, crontab, help texts, backup and restore."""
import os
import re
import subprocess

import pytest

from instance import ROOT, Instance, key_values

CRON = str(ROOT / "ops/cron.sh")


def due(tmp_path, line, at):
    tab = tmp_path / "crontab"
    tab.write_text(f"# a comment\n\n{line} the_job --with 'blanks here'\n")
    done = subprocess.run([CRON, "--crontab", str(tab), "--at", at], capture_output=True, text=True, check=True)
    assert done.stdout in ("", "the_job --with 'blanks here'\n")
    return done.stdout != ""


@pytest.mark.parametrize("line,at,wanted", [
    ("* * * * *", "0 0 1 1 0", True),
    ("0 5 * * *", "0 5 20 11 5", True),
    ("0 5 * * *", "1 5 20 11 5", False),
    ("0 5 * * *", "0 17 20 11 5", False),
    ("*/15 * * * *", "45 3 1 1 0", True),
    ("*/15 * * * *", "46 3 1 1 0", False),
    ("10-20/5 * * * *", "15 3 1 1 0", True),
    ("10-20/5 * * * *", "25 3 1 1 0", False),
    ("0,30 8-18 * * 1-5", "30 18 2 3 5", True),
    ("0,30 8-18 * * 1-5", "30 19 2 3 5", False),
    ("0,30 8-18 * * 1-5", "0 9 2 3 6", False),
    ("0 0 1 */3 *", "0 0 1 6 2", True),
    ("0 0 1 */3 *", "0 0 1 7 2", False),
])
def test_a_crontab_line_is_due(tmp_path, line, at, wanted):
    assert due(tmp_path, line, at) is wanted


def test_the_crontab_names_only_jobs_that_exist(instance):
    jobs = instance.job("--list").split()
    lines = [line.split() for line in (ROOT / "ops/crontab").read_text().splitlines() if line.strip() and line[0] != "#"]
    assert lines
    for line in lines:
        assert line[5] == "chargeops-job" and line[6] in jobs, " ".join(line)


def test_the_report_is_due_at_five_in_the_operators_zone():
    done = subprocess.run([CRON, "--crontab", str(ROOT / "ops/crontab"), "--at", "0 5 20 11 5"], capture_output=True, text=True)
    assert "chargeops-job daily_report" in done.stdout


@pytest.mark.parametrize("verb", ["up", "down", "status", "logs", "start", "stop", "restart", "job", "sim", "admin", "test", "bench",
                                  "backup", "restore"])
def test_each_verb_explains_itself(verb):
    done = subprocess.run([str(ROOT / "chargeops"), verb, "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and f"chargeops {verb}" in done.stdout


def test_an_unknown_verb_is_refused():
    done = subprocess.run([str(ROOT / "chargeops"), "fly"], capture_output=True, text=True)
    assert done.returncode == 2 and "usage:" in done.stderr


@pytest.mark.parametrize("suffix", ["tar.zst", "tar.gz"])
def test_a_backup_is_restored_and_the_ledger_proven(demo, tmp_path, suffix):
    file = tmp_path / f"copy.{suffix}"
    (demo.var / "data/kept.txt").write_text("a file of the operator")
    counted = counts(demo)
    said = key_values(demo.run("backup", file).stdout)
    assert int(said["bytes"]) == os.path.getsize(file)
    assert os.stat(file).st_mode & 0o077 == 0

    other = Instance(f"restored-{suffix[-3:]}")
    try:
        other.up("--bare")
        done = other.run("restore", file)
        assert "chargeops_backup=1" in done.stdout
        assert counts(other) == counted
        assert (other.var / "data/kept.txt").read_text() == "a file of the operator"
        assert (other.var / "secret.key").read_text() == (demo.var / "secret.key").read_text()
        assert other.rows("select status, failed from job_run where job = 'ledger_proof' order by id desc limit 1") == [("done", 0)]
        refused = other.run("restore", file, check=False)
        assert refused.returncode == 1 and "--force" in refused.stderr
        other.run("restore", file, "--force")
        assert counts(other) == counted
    finally:
        other.destroy()


def counts(instance):
    written = ("lease", "job_run", "migration", "ledger_proof", "ledger_close", "ledger_day")      # by the proof that ends a restore
    tables = [t for (t,) in instance.rows("show tables") if t not in written]
    return {t: instance.value(f"select count(*) from `{t}`") for t in tables}


@pytest.mark.parametrize("damage", ["not an archive", "another archive", "cut off"])
def test_what_is_no_backup_is_refused(instance, tmp_path, damage):
    file = tmp_path / "copy.tar.gz"
    if damage == "not an archive":
        file.write_text("nothing of the kind")
    elif damage == "another archive":
        subprocess.run(["tar", "-czf", str(file), "-C", str(ROOT), "sql"], check=True)
    else:
        instance.run("backup", file)
        file.write_bytes(file.read_bytes()[:-2000])
    done = instance.run("restore", file, "--force", check=False)
    assert done.returncode == 1 and "no backup" in done.stderr
    assert "admin=up" in instance.run("status").stdout
    assert instance.value("select count(*) from user") == 1


def install(instance, root):
    subprocess.run(["make", "-s", "-C", str(instance.build), "install", f"DESTDIR={root}", "prefix=/usr", "sysconfdir=/etc"],
                   check=True, capture_output=True, text=True)
    return root


def test_make_install_puts_everything_in_place(instance, tmp_path):
    root = install(instance, tmp_path / "root")
    unit = (root / "usr/lib/systemd/system/chargeops@.service").read_text()
    assert "ExecStart=/usr/libexec/chargeops-%i" in unit
    wants = (root / "usr/lib/systemd/system/chargeops.target").read_text()
    for program in (root / "usr/libexec").glob("chargeops-*"):
        name = program.name.removeprefix("chargeops-")
        assert f"chargeops@{name}.service" in wants, f"{name} would not be started"
    for name in re.findall(r"chargeops@(\w+)\.service", wants):
        if (instance.build / f"chargeops-{name}").exists():
            assert (root / f"usr/libexec/chargeops-{name}").is_file(), f"the unit looks for {name} in libexec"
    for path in ("usr/bin/chargeops-job", "usr/share/chargeops/ops/cron.sh", "usr/share/chargeops/sql/0001_core.sql",
                 "etc/chargeops/crontab", "etc/nginx/sites-available/chargeops", "etc/chargeops/nginx.addresses",
                 "etc/chargeops/nginx.upstream", "usr/lib/tmpfiles.d/chargeops.conf", "usr/lib/sysusers.d/chargeops.conf"):
        assert (root / path).is_file(), path
    for path in [*(root / "etc").rglob("*"), *(root / "usr/lib").rglob("*")]:
        assert path.is_dir() or not re.search(r"@[A-Za-z_]+@", path.read_text()), f"{path} has an unfilled mark"
    assert (root / "etc/chargeops/chargeops.conf").stat().st_mode & 0o007 == 0


def test_installing_again_keeps_the_operators_configuration(instance, tmp_path):
    root = install(instance, tmp_path / "root")
    conf = root / "etc/chargeops/chargeops.conf"
    shipped = conf.read_text()
    conf.write_text(shipped + "# mine\n")
    install(instance, root)
    assert conf.read_text().endswith("# mine\n")
    assert (root / "etc/chargeops/chargeops.conf.new").read_text() == shipped


def test_the_installed_programs_run_outside_the_tree(instance, tmp_path):
    """The installed job program with the installed configuration, its places moved to the scratch instance."""
    root = install(instance, tmp_path / "root")
    conf = (root / "etc/chargeops/chargeops.conf").read_text()
    own = (instance.var / "chargeops.conf").read_text()
    password = re.search(r"db_password = (\S+)", own)[1]
    conf = conf.replace("/run/mysqld/mysqld.sock", str(instance.var / "run/mysql.sock")).replace("change-me", password)
    conf = conf.replace("/usr/share", str(root / "usr/share")).replace("/run/chargeops", str(instance.var / "run"))
    (root / "conf").write_text(conf)
    done = subprocess.run([str(root / "usr/bin/chargeops-job"), "migrate"], cwd="/", capture_output=True, text=True,
                          env={**instance.env, "CHARGEOPS_CONF": str(root / "conf")})
    assert done.returncode == 0 and "migrations_applied=0" in done.stdout, done.stderr
