/* crypt_test.c - digests against published vectors, passwords, sealed secrets.
 * Owns a scratch key file.
 * Serves lib/base/crypt. */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/crypt.h"

static char path[] = "/tmp/crypt_test.XXXXXX";

static void write_key(const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

static int key_make(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	if (fd < 0)
		return -1;
	close(fd);
	snprintf(conf.secret_file, sizeof(conf.secret_file), "%s", path);
	return 0;
}

static int key_remove(void **state)
{
	(void)state;
	return unlink(path);
}

static void digests(void **state)
{
	static const char key[] = "Jefe", text[] = "what do ya want for nothing?";
	char hex[SHA256_HEX];

	(void)state;
	sha256_hex("", 0, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha256_hex("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hmac_sha256_hex(key, 4, text, strlen(text), hex);      /* RFC 4231, case 2 */
	assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	hmac_sha256_hex(NULL, 0, "", 0, hex);
	assert_string_equal(hex, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void random_texts_differ_and_keep_their_alphabet(void **state)
{
	char a[41], b[41], digits[1001], password[33];
	int count[10] = { 0 };

	(void)state;
	assert_ok(random_hex(a, 20));
	assert_ok(random_hex(b, 20));
	assert_int_equal(strlen(a), 40);
	assert_int_equal(strspn(a, "0123456789abcdef"), 40);
	assert_string_not_equal(a, b);
	assert_ok(random_digits(digits, 1000));
	assert_int_equal(strspn(digits, "0123456789"), 1000);
	for (int i = 0; i < 1000; i++)
		count[digits[i] - '0']++;
	for (int i = 0; i < 10; i++)
		assert_in_range(count[i], 40, 180);      /* 100 each; 6 sigma is 57 */
	assert_ok(random_password(password, 32));
	assert_int_equal(strlen(password), 32);
	assert_null(strpbrk(password, "0Oo1lI"));
	assert_ok(random_hex(a, 0));
	assert_string_equal(a, "");
}

static void passwords(void **state)
{
	char one[PASSWORD_HASH], two[PASSWORD_HASH], damaged[PASSWORD_HASH], longest[600];

	(void)state;
	assert_ok(password_hash("correct horse", one));
	assert_ok(password_hash("correct horse", two));
	assert_memory_equal(one, "$y$", 3);
	assert_string_not_equal(one, two);
	assert_true(password_matches("correct horse", one));
	assert_true(password_matches("correct horse", two));
	assert_false(password_matches("correct horsf", one));
	assert_false(password_matches("", one));
	assert_false(password_matches("x", NULL));
	assert_false(password_matches("x", ""));
	assert_false(password_matches("x", "*0"));
	assert_false(password_matches("x", "x"));
	assert_false(password_matches(NULL, one));
	memcpy(damaged, one, sizeof(one));
	damaged[strlen(damaged) - 3] ^= 1;
	assert_false(password_matches("correct horse", damaged));
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_raises(password_hash(longest, one), ERR_INVALID, "longer than");
	assert_false(password_matches(longest, two));
	assert_ok(password_hash("", one));
	assert_true(password_matches("", one));
}

static void bytes_are_compared(void **state)
{
	(void)state;
	assert_true(bytes_equal("abc", "abc", 3));
	assert_false(bytes_equal("abc", "abd", 3));
	assert_true(bytes_equal("x", "y", 0));
}

#define KEY_A "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\n"
#define KEY_B "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void a_secret_comes_back(void **state)
{
	static const char *const plains[] = { "", "x", "app secret \xE5\xAF\x86\xE9\x92\xA5",
		"0123456789abcdef0123456789abcdef" };
	char *sealed, *again, *plain;

	(void)state;
	write_key(KEY_A, 0600);
	for (size_t i = 0; i < sizeof(plains) / sizeof(plains[0]); i++) {
		assert_ok(secret_seal_dup(plains[i], &sealed));
		assert_ok(secret_seal_dup(plains[i], &again));
		assert_memory_equal(sealed, "v1:", 3);
		assert_string_not_equal(sealed, again);
		assert_ok(secret_open_dup(sealed, &plain));
		assert_string_equal(plain, plains[i]);
		free(sealed);
		free(again);
		free(plain);
	}
}

static void a_changed_byte_is_found(void **state)
{
	char *sealed, *plain = NULL;
	unsigned char box[64];
	size_t len;

	(void)state;
	write_key(KEY_A, 0600);
	assert_ok(secret_seal_dup("pay me", &sealed));
	assert_true(base64_decode(sealed + 3, box, sizeof(box), &len));
	assert_int_equal(len, 12 + 16 + 6);
	for (size_t i = 0; i < len; i++)
		for (int bit = 0; bit < 8; bit++) {
			char text[128], *base64;
			box[i] ^= (unsigned char)(1 << bit);
			base64 = base64_dup(box, len);
			snprintf(text, sizeof(text), "v1:%s", base64);
			assert_raises(secret_open_dup(text, &plain), ERR_INVALID, "changed");
			assert_null(plain);
			free(base64);
			box[i] ^= (unsigned char)(1 << bit);
		}
	assert_raises(secret_open_dup("", &plain), ERR_INVALID, "no sealed secret");
	assert_raises(secret_open_dup("pay me", &plain), ERR_INVALID, "no sealed secret");
	assert_raises(secret_open_dup("v1:", &plain), ERR_INVALID, "no sealed secret");
	assert_raises(secret_open_dup("v1:AAAA", &plain), ERR_INVALID, "no sealed secret");
	assert_raises(secret_open_dup("v2:AAAA", &plain), ERR_INVALID, "no sealed secret");
	free(sealed);
}

static void another_key_opens_nothing(void **state)
{
	char *sealed, *plain, other[] = "/tmp/crypt_test.XXXXXX";
	int fd = mkstemp(other);

	(void)state;
	assert_true(fd >= 0 && write(fd, KEY_B, strlen(KEY_B)) > 0);
	close(fd);
	write_key(KEY_A, 0600);
	assert_ok(secret_seal_dup("pay me", &sealed));
	snprintf(conf.secret_file, sizeof(conf.secret_file), "%s", other);
	assert_raises(secret_open_dup(sealed, &plain), ERR_INVALID, "another key");
	unlink(other);
	snprintf(conf.secret_file, sizeof(conf.secret_file), "%s", "/nowhere/key");
	assert_raises(secret_open_dup(sealed, &plain), ERR_INVALID, "cannot be read");
	snprintf(conf.secret_file, sizeof(conf.secret_file), "%s", path);
	chmod(path, 0644);
	assert_raises(secret_open_dup(sealed, &plain), ERR_INVALID, "open to every user");
	write_key("00112233", 0600);
	assert_raises(secret_open_dup(sealed, &plain), ERR_INVALID, "64 hex digits");
	write_key(KEY_A, 0640);
	assert_ok(secret_open_dup(sealed, &plain));
	free(plain);
	free(sealed);
}

static void base64_is_strict(void **state)
{
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" },
		{ "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" } };
	static const char *const bad[] = { "Z", "Zg",
		"Zg=", "Zg===", "Zh==", "Zm9=", "=Zg=", "Zg==Zg==", "Zm9v\n", "Zm 9v===", "Zm9_",
		"====", "Z===" };
	unsigned char out[16];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		char *text = base64_dup(pairs[i][0], strlen(pairs[i][0]));
		assert_string_equal(text, pairs[i][1]);
		assert_true(base64_decode(text, out, sizeof(out), &len));
		assert_int_equal(len, strlen(pairs[i][0]));
		assert_memory_equal(out, pairs[i][0], len);
		free(text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (base64_decode(bad[i], out, sizeof(out), &len))
			fail_msg("\"%s\" was taken", bad[i]);
	assert_false(base64_decode("Zm9vYmFy", out, 5, &len));
	assert_true(base64_decode("Zm9vYmFy", out, 6, &len));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(digests),
	cmocka_unit_test(random_texts_differ_and_keep_their_alphabet),
	cmocka_unit_test(passwords),
	cmocka_unit_test(bytes_are_compared),
	cmocka_unit_test(a_secret_comes_back),
	cmocka_unit_test(a_changed_byte_is_found),
	cmocka_unit_test(another_key_opens_nothing),
	cmocka_unit_test(base64_is_strict),
};

int main(void)
{
	error_init();
	return cmocka_run_group_tests(tests, key_make, key_remove);
}
