/* firmware.h - programs for piles: what they are for, where piles fetch them, the files that lie
 * here (W12, D17).
 * Owns table firmware and the folder data_dir/firmware. Serves screens, tasks, the page that piles
 * fetch from. */
#ifndef CHARGE_FIRMWARE_H
#define CHARGE_FIRMWARE_H

#include "db/db.h"

#define FIRMWARE_WORDS 700
#define FIRMWARE_LEAST 1024          /* bytes; less is no program */
#define FIRMWARE_MOST (11 << 20)
#define FIRMWARE_PATH 400

struct firmware {
	char protocol[13], model[61], release_version[41], address[201], user[41], password[65];
	char token[65], file_name[121];
};

NEOERR *firmware_get(struct db *db, int64_t id, struct firmware *out) CHECKED;
/* What the command to a pile says (gateway: update_firmware); false: the pile's protocol cannot
 * fetch from there. power: kW. The words hold a password: seal them. */
bool firmware_words(const struct firmware *f, const char *current_type, int64_t power,
	char out[FIRMWARE_WORDS]);
/* An address that the protocol can fetch from: ykc wants ftp://host[:port]/path in 16 and 32
 * bytes, others http, https or ftp. */
bool firmware_address_fits(const char *protocol, const char *address);

/* Keeps an uploaded file under a name that nobody can guess; the one before goes. *problem: a word
 * (empty, small, large, page, sum) why it is none; expected: its SHA-256, "" unknown. */
struct firmware_file { const char *name, *data; size_t len; };
NEOERR *firmware_keep(struct db *db, int64_t id, const struct firmware_file *file,
	const char *expected, int64_t by, const char **problem) CHECKED;
/* Where the file of a token lies and what it is called; *found false: no such file, or it is
 * withdrawn. */
NEOERR *firmware_file_find(struct db *db, const char *token, char path[FIRMWARE_PATH],
	char name[121], bool *found) CHECKED;
/* "" keeps the one that is there. */
NEOERR *firmware_set_password(struct db *db, int64_t id, const char *password) CHECKED;

#endif
