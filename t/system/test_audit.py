"""The log of what people did: who, where, with which result; and the chain that shows when somebody rewrites it."""
import re

import pytest

from instance import key_values
from people import Tenant

pytestmark = pytest.mark.feature("G15", "W14")

ADD = "insert into audit (at, user_id, actor, resource, record_id, action, field, old_value, new_value) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"


def add(instance, actor="tester", minutes=5, resource="station", field="name", old="旧\n名", new=None, **more):
    """Rows as a program would have written them some minutes ago."""
    db = instance.connect()
    try:
        with db.cursor() as c:
            values = {"actor": actor, "resource": resource, "record_id": 1, "action": "update", "field": field, "old_value": old,
                      "new_value": new, **more}
            names = ", ".join(values)
            c.execute(f"insert into audit (at, {names}) values (now() - interval %s minute, {', '.join(['%s'] * len(values))})",
                      [minutes, *values.values()])
            return c.lastrowid
    finally:
        db.close()


def seal(instance):
    return {k: v for k, v in key_values(instance.job("audit_seal")).items()}


def proof(instance):
    """(exit code, figures, findings as (what, seal, row))."""
    done = instance.job("audit_proof", check=False)
    found = [(m[1], int(m[2]), int(m[3])) for m in re.finditer(r"^finding=(\w+) seal=(\d+) row=(\d+)", done.stdout, re.M)]
    return done.returncode, key_values(done.stdout), found


@pytest.fixture
def chain(instance):
    """A short chain of its own: three blocks of four rows; the rows' ids by block."""
    for table in ("audit_finding", "audit_proof", "audit_seal", "audit"):
        instance.sql(f"delete from {table}")
    blocks = []
    for _ in range(3):
        blocks.append([add(instance) for _ in range(4)])
        assert seal(instance)["rows"] == "4"
    return blocks


def test_a_chain_that_nobody_touched_is_proved(instance, chain):
    code, said, found = proof(instance)
    assert (code, found) == (0, [])
    assert (said["blocks"], said["rows"], said["last_seal"]) == ("3", "12", "3")
    rows = instance.rows("select id, row_count, previous_hash, hash, first_id, last_id from audit_seal order by id")
    assert [r[0] for r in rows] == [1, 2, 3] and rows[0][2] == "0" * 64
    assert rows[1][2] == rows[0][3] and rows[2][2] == rows[1][3] and len(set(r[3] for r in rows)) == 3
    assert [(r[4], r[5]) for r in rows] == [(b[0], b[-1]) for b in chain]
    assert said["last_hash"] == rows[2][3]


def test_the_hash_is_what_the_header_says(instance, chain):
    """Recomputed in another language from the comment of the header alone."""
    import hashlib

    def sha(text):
        return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()
    b = instance.rows("select id, first_id, last_id, row_count, stragglers, previous_hash, hash, sealed_at from audit_seal where id = 2")[0]
    fold = "0" * 64
    for row in instance.rows("select id, at, user_id, member_id, actor, resource, record_id, action, field, old_value, new_value, ip,"
                             " request_id, result from audit where seal_id = 2 order by id"):
        line = b"".join(b"-," if v is None else b"%d:%s," % (len(str(v).encode()), str(v).encode()) for v in row)
        fold = sha(f"{fold} {sha(line)}")
    assert sha(f"1 {b[5]} {b[0]} {b[1]} {b[2]} {b[3]} {b[4]} {b[7]} {fold}") == b[6]


@pytest.mark.parametrize("column,value", [("new_value", "x"), ("old_value", None), ("actor", "nobody"), ("at", "2026-01-01"), ("ip", "10.0.0.1"),
                                          ("result", "denied"), ("record_id", 2), ("user_id", 1), ("member_id", 7), ("field", "phone")])
def test_a_changed_row_is_named(instance, chain, column, value):
    row = chain[1][2]
    instance.sql(f"update audit set `{column}` = %s where id = %s", value, row)
    assert proof(instance)[::2] == (1, [("changed", 2, row)])


def test_a_removed_row_is_named(instance, chain):
    instance.sql("delete from audit where id in (%s, %s)", chain[0][0], chain[0][3])
    code, _, found = proof(instance)
    assert (code, sorted(found)) == (1, [("removed", 1, chain[0][0]), ("removed", 1, chain[0][3])])


def test_an_inserted_row_is_named(instance, chain):
    row = add(instance)
    instance.sql("update audit set seal_id = 2 where id = %s", row)
    assert proof(instance)[::2] == (1, [("inserted", 2, row)])
    instance.sql("update audit set seal_id = 99 where id = %s", row)
    assert proof(instance)[::2] == (1, [("inserted", 99, row)])


def test_a_removed_row_whose_id_another_row_took(instance, chain):
    row = chain[2][1]
    instance.sql("delete from audit where id = %s", row)
    instance.sql("insert into audit (id, at, actor, resource, action, seal_id) values (%s, now(), 'x', 'station', 'update', 3)", row)
    assert proof(instance)[::2] == (1, [("changed", 3, row)])


def test_a_removed_or_changed_block_is_named(instance, chain):
    instance.sql("update audit_seal set stragglers = 1 where id = 2")
    assert proof(instance)[::2] == (1, [("seal_changed", 2, 0)])
    instance.sql("update audit_seal set stragglers = 0 where id = 2")
    assert proof(instance)[0] == 0
    instance.sql("update audit set seal_id = null where seal_id = 2")
    instance.sql("delete from audit_seal where id = 2")
    code, _, found = proof(instance)
    assert code == 1 and ("seal_removed", 2, 0) in found and ("seal_changed", 3, 0) in found


def test_an_end_that_was_cut_off_is_missed(instance, chain):
    """Rows and block go together: the chain before them is whole, but an earlier proof saw more."""
    assert proof(instance)[0] == 0
    instance.sql("delete from audit where seal_id = 3")
    instance.sql("delete from audit_seal where id = 3")
    assert proof(instance)[::2] == (1, [("seal_removed", 3, 0)])


def test_a_chain_that_was_written_anew_is_missed(instance, chain):
    assert proof(instance)[0] == 0
    instance.sql("delete from audit_seal")
    instance.sql("update audit set seal_id = null, actor = 'somebody else'")
    seal(instance)
    assert proof(instance)[0] == 1


def test_a_row_that_is_committed_late_is_sealed_later(instance, chain):
    """Its id is below what was sealed: another transaction was faster, or another node of a cluster gave the id out."""
    db = instance.connect()
    try:
        db.autocommit(False)
        with db.cursor() as c:
            c.execute("insert into audit (at, actor, resource, action) values (now() - interval 1 minute, 'late', 'station', 'update')")
            late = c.lastrowid
            fast = add(instance, minutes=1)
            assert fast > late and seal(instance)["rows"] == "1"
        db.commit()
    finally:
        db.close()
    said = seal(instance)
    assert (said["rows"], said["stragglers"]) == ("1", "1")
    assert instance.value("select seal_id from audit where id = %s", late) == 5
    assert proof(instance)[::2] == (0, [])


def test_a_row_written_into_the_past_is_told(instance, chain):
    """It has an id that was free and a date from before: sealed, but not without a word."""
    instance.sql("insert into audit (id, at, actor, resource, action) values (%s, now() - interval 3 hour, 'x', 'station', 'update')",
                 chain[0][0] - 1)
    seal(instance)
    assert proof(instance)[::2] == (1, [("backdated", 4, chain[0][0] - 1)])


def test_rows_that_nobody_seals_are_told(instance, chain):
    add(instance, minutes=90)
    assert proof(instance)[::2] == (1, [("unsealed", 0, 0)])


def test_fresh_rows_wait_and_big_heaps_make_many_blocks(instance, chain):
    add(instance, minutes=0)
    assert seal(instance)["rows"] == "0"
    instance.sql("insert into audit (at, actor, resource, action, new_value) select now() - interval 1 minute, 'heap', 'station', 'update', seq"
                 " from seq_1_to_2500")
    said = seal(instance)
    assert (said["rows"], said["blocks"]) == ("2500", "3")
    assert [r[0] for r in instance.rows("select row_count from audit_seal where id > 3 order by id")] == [1000, 1000, 500]
    assert proof(instance)[::2] == (0, [])


def test_purge_archives_whole_blocks_and_the_chain_still_proves(instance, chain):
    instance.sql("update audit_seal set last_at = last_at")      # nothing is old yet
    assert key_values(instance.job("purge"))["audit_archived"] == "0"
    for table in ("audit_seal", "audit"):
        instance.sql(f"delete from {table}")
    old = [add(instance, minutes=60 * 24 * 1200) for _ in range(3)]
    seal(instance)
    add(instance)
    seal(instance)
    assert key_values(instance.job("purge"))["audit_archived"] == "3"
    assert instance.rows("select id from audit where id in (%s, %s, %s)", *old) == []
    assert instance.rows("select id, archived_at is not null, digests is null from audit_seal order by id") == [(1, 1, 1), (2, 0, 0)]
    code, said, found = proof(instance)
    assert (code, found, said["rows"], said["archived"]) == (0, [], "4", "0")
    path = instance.var / "data/audit/0000000001.txt"
    text = path.read_bytes()
    path.write_bytes(text.replace(b"tester", b"tastes"))
    assert proof(instance)[::2] == (1, [("changed", 1, 0)])
    path.unlink()                                # kept elsewhere: the hashes are compared
    code, said, found = proof(instance)
    assert (code, found, said["archived"]) == (0, [], "1")


def test_a_block_that_is_not_right_is_not_archived(instance, chain):
    for table in ("audit_seal", "audit"):
        instance.sql(f"delete from {table}")
    row = add(instance, minutes=60 * 24 * 1200)
    seal(instance)
    instance.sql("update audit set actor = 'x' where id = %s", row)
    done = instance.job("purge", check=False)
    assert done.returncode == 1 and instance.value("select count(*) from audit where id = %s", row) == 1
    assert proof(instance)[::2] == (1, [("changed", 1, row)])
