/* firmware.c - programs for piles and the files that lie here.
 * Owns table firmware and the folder data_dir/firmware.
 * Serves firmware.h. */
#include <ctype.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "charge/firmware.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/text.h"

#define TOKEN_BYTES 32
#define TOKEN_LEN 64
#define FTP "ftp://"
#define FTP_PORT 21
#define YKC_WORD 16                  /* of server, user, password on the wire */
#define YKC_PATH 32

SQL(firmware_select,
	"select protocol, model, release_version, address, user, sealed_password, token, file_name from"
	" firmware where id = ?");
SQL(firmware_file,
	"update firmware set token = ?, file_name = ?, size = ?, sha256 = ?, updated_at = ?, updated_by"
	" = ?, version = version + 1 where id = ?");
SQL(firmware_token,
	"select file_name from firmware where token = ? and deleted = 0 and status = 'enabled'");
SQL(firmware_password, "update firmware set sealed_password = ? where id = ?");

static NEOERR *take(const struct row *r, void *ctx)
{
	struct firmware *f = ctx;
	char *plain = NULL;
	NEOERR *err = STATUS_OK;

	text_copy(f->protocol, sizeof(f->protocol), row_str(r, 0));
	text_copy(f->model, sizeof(f->model), row_str(r, 1));
	text_copy(f->release_version, sizeof(f->release_version), row_str(r, 2));
	text_copy(f->address, sizeof(f->address), row_str(r, 3));
	text_copy(f->user, sizeof(f->user), row_str(r, 4));
	text_copy(f->token, sizeof(f->token), row_str(r, 6));
	text_copy(f->file_name, sizeof(f->file_name), row_str(r, 7));
	if (*row_str(r, 5) == '\0')
		return STATUS_OK;
	TRY(secret_open_dup(row_str(r, 5), &plain));
	text_copy(f->password, sizeof(f->password), plain);
out:
	free(plain);
	return nerr_pass(err);
}

NEOERR *firmware_get(struct db *db, int64_t id, struct firmware *out)
{
	memset(out, 0, sizeof(*out));
	return nerr_pass(db_get(db, &firmware_select, ARGS(I64(id)), take, out));
}

struct ftp { char host[80], path[201]; int port; };

static bool read_ftp(const char *address, struct ftp *out)
{
	char at[201], *slash, *colon;
	int64_t port = FTP_PORT;

	if (!text_starts(address, FTP))
		return false;
	text_copy(at, sizeof(at), address + strlen(FTP));
	slash = strchr(at, '/');
	if (slash == NULL || slash == at || slash[1] == '\0')
		return false;
	text_copy(out->path, sizeof(out->path), slash);
	*slash = '\0';
	colon = strchr(at, ':');
	if (colon != NULL) {
		*colon = '\0';
		if (!text_i64(colon + 1, &port) || port < 1 || port > 65535)
			return false;
	}
	out->port = (int)port;
	text_copy(out->host, sizeof(out->host), at);
	return *out->host != '\0' && strlen(at) < sizeof(out->host);
}

static bool is_plain(const char *s)
{
	return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/%+=,") ==
		strlen(s);
}

bool firmware_address_fits(const char *protocol, const char *address)
{
	struct ftp ftp;

	if (!is_plain(address))
		return false;
	if (text_eq(protocol, "ykc"))
		return read_ftp(address, &ftp) && strlen(ftp.host) <= YKC_WORD &&
			strlen(ftp.path) <= YKC_PATH;
	return text_starts(address, "https://") || text_starts(address, "http://") ||
		read_ftp(address, &ftp);
}

static bool write_url(const struct firmware *f, char out[FIRMWARE_WORDS])
{
	struct ftp ftp;

	if (*f->address == '\0')
		snprintf(out, FIRMWARE_WORDS, "url %s/open/firmware/%s/%s", conf.url, f->token,
			f->file_name);
	else if (read_ftp(f->address, &ftp) && *f->user != '\0')
		snprintf(out, FIRMWARE_WORDS, "url " FTP "%s:%s@%s:%d%s", f->user, f->password, ftp.host,
			ftp.port, ftp.path);
	else
		snprintf(out, FIRMWARE_WORDS, "url %s", f->address);
	return *f->address != '\0' || *f->token != '\0';
}

bool firmware_words(const struct firmware *f, const char *current_type, int64_t power,
	char out[FIRMWARE_WORDS])
{
	struct ftp ftp;

	out[0] = '\0';
	if (!text_eq(f->protocol, "ykc"))
		return write_url(f, out);
	if (!firmware_address_fits(f->protocol, f->address) || !read_ftp(f->address, &ftp) ||
		*f->user == '\0' || strlen(f->user) > YKC_WORD || *f->password == '\0' ||
		strlen(f->password) > YKC_WORD)
		return false;
	snprintf(out, FIRMWARE_WORDS, "%s %lld %s %d %s %s %s", current_type,
		(long long)(power > 0 ? power : 1), ftp.host, ftp.port, f->user, f->password, ftp.path);
	return true;
}

/* ---- files */

static NEOERR *path_of(const char *token, char path[FIRMWARE_PATH])
{
	int n;

	if (strlen(token) != TOKEN_LEN || strspn(token, "0123456789abcdef") != TOKEN_LEN)
		return nerr_raise(ERR_INVALID, "no firmware has such a name");
	n = snprintf(path, FIRMWARE_PATH, "%s/firmware/%s", conf.data_dir, token);
	if (n < 0 || n >= FIRMWARE_PATH)
		return nerr_raise(ERR_INVALID, "data_dir is too long: %s", conf.data_dir);
	return STATUS_OK;
}

static NEOERR *write_file(const char *token, const struct firmware_file *file)
{
	char path[FIRMWARE_PATH];
	FILE *out;
	bool fine;
	NEOERR *err;

	snprintf(path, sizeof(path), "%s/firmware", conf.data_dir);
	if (mkdir(path, 0750) != 0 && errno != EEXIST)
		return nerr_raise_errno(NERR_IO, "cannot make %s", path);
	TRY(path_of(token, path));
	out = fopen(path, "wbx");
	if (out == NULL)
		return nerr_raise_errno(NERR_IO, "cannot make %s", path);
	fine = fwrite(file->data, 1, file->len, out) == file->len;
	fine = fflush(out) == 0 && fsync(fileno(out)) == 0 && fine;
	if (fclose(out) != 0 || !fine) {
		unlink(path);
		err = nerr_raise_errno(NERR_IO, "cannot write %s", path);
	}
out:
	return nerr_pass(err);
}

/* What a hand slips in instead of a program. */
static bool is_no_program(const char *p, size_t n)
{
	static const struct { const char *start; size_t len; } starts[] = {
		{ "<!DOCTYPE", 9 }, { "<!doctype", 9 }, { "<html", 5 }, { "%PDF-", 5 },
		{ "\x89PNG", 4 }, { "\xFF\xD8\xFF", 3 }, { "GIF8", 4 }, { "\xD0\xCF\x11\xE0", 4 },
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (n >= starts[i].len && memcmp(p, starts[i].start, starts[i].len) == 0)
			return true;
	return false;
}

static const char *judge(const struct firmware_file *f, const char *expected, const char *sum)
{
	if (f->len == 0)
		return "empty";
	if (f->len < FIRMWARE_LEAST)
		return "small";
	if (f->len > FIRMWARE_MOST)
		return "large";
	if (is_no_program(f->data, f->len))
		return "page";
	return *expected != '\0' && strcasecmp(expected, sum) != 0 ? "sum" : NULL;
}

/* A name that a station may write to its disk: letters, digits, dots. */
static void plain_name(const char *name, char out[121])
{
	size_t n = 0;

	for (; *name != '\0' && n < 80; name++)
		if (isalnum((unsigned char)*name) || strchr("._-", *name))
			if (n > 0 || *name != '.')
				out[n++] = *name;
	out[n] = '\0';
	if (n == 0)
		text_copy(out, 121, "firmware.bin");
}

NEOERR *firmware_keep(struct db *db, int64_t id, const struct firmware_file *file,
	const char *expected, int64_t by, const char **problem)
{
	char sum[SHA256_HEX], token[TOKEN_LEN + 1], name[121], old[FIRMWARE_PATH];
	struct firmware *before = calloc(1, sizeof(*before));
	NEOERR *err = STATUS_OK;

	if (before == NULL)
		error_die("out of memory");
	sha256_hex(file->data, file->len, sum);
	if ((*problem = judge(file, expected, sum)) != NULL)
		goto out;
	TRY(firmware_get(db, id, before));
	TRY(random_hex(token, TOKEN_BYTES));
	TRY(write_file(token, file));
	plain_name(file->name, name);
	TRY(db_exec(db, &firmware_file,
		ARGS(STR(token), STR(name), I64((int64_t)file->len), STR(sum), TIME(clock_now()),
			IDREF(by), I64(id)),
		NULL));
	if (*before->token == '\0')
		goto out;
	TRY(path_of(before->token, old));
	unlink(old);
out:
	free(before);
	return nerr_pass(err);
}

static NEOERR *take_name(const struct row *r, void *ctx)
{
	text_copy(ctx, 121, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *firmware_file_find(struct db *db, const char *token, char path[FIRMWARE_PATH],
	char name[121], bool *found)
{
	NEOERR *err = path_of(token, path);

	*found = false;
	if (err != STATUS_OK) {
		error_drop(err);
		return STATUS_OK;
	}
	return nerr_pass(db_find(db, &firmware_token, ARGS(STR(token)), take_name, name, found));
}

NEOERR *firmware_set_password(struct db *db, int64_t id, const char *password)
{
	char *sealed = NULL;
	NEOERR *err = STATUS_OK;

	if (*password == '\0')
		return STATUS_OK;
	TRY(secret_seal_dup(password, &sealed));
	TRY(db_exec(db, &firmware_password, ARGS(STR(sealed), I64(id)), NULL));
out:
	free(sealed);
	return nerr_pass(err);
}
