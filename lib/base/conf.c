/* conf.c - the table of options, and the three places they come from.
 * Owns the values.
 * Serves mains and rooms that need an address or a limit. */
#include <errno.h>

#include "base/conf.h"
#include "base/text.h"

struct conf conf;

enum option_type { TYPE_TEXT, TYPE_INT, TYPE_URL, TYPE_CHOICE };

struct option {
	const char *name;
	enum option_type type;
	size_t offset, room;
	const char *fallback;
	int64_t min, max;            /* text: characters; number: value */
	const char *help;            /* a choice: the words, then a colon, then the help */
};

#define PLACE(member) offsetof(struct conf, member), sizeof(((struct conf *)0)->member)

/* To add an option: a member in conf.h, a row here. */
static const struct option options[] = {
	{ "run_dir", TYPE_TEXT, PLACE(run_dir), "var/run", 1, 80, "sockets, pid files" },
	{ "data_dir", TYPE_TEXT, PLACE(data_dir), "var/data", 1, 199, "exports, uploads, pictures" },
	{ "template_dir", TYPE_TEXT, PLACE(template_dir), "templates", 1, 199,
		"page templates and texts" },
	{ "static_dir", TYPE_TEXT, PLACE(static_dir), "static", 1, 199, "style sheets, scripts" },
	{ "sql_dir", TYPE_TEXT, PLACE(sql_dir), "sql", 1, 199, "migrations" },
	{ "url", TYPE_URL, PLACE(url), "http://127.0.0.1:8080", 1, 199, "address people use" },
	{ "secret_file", TYPE_TEXT, PLACE(secret_file), "var/secret.key", 1, 199,
		"32 random bytes in hex: key for what is encrypted at rest" },
	{ "db_socket", TYPE_TEXT, PLACE(db_socket), "var/run/mysql.sock", 0, 199,
		"UNIX socket of the database; empty: db_host" },
	{ "db_host", TYPE_TEXT, PLACE(db_host), "", 0, 99, "database host if db_socket is empty" },
	{ "db_port", TYPE_INT, PLACE(db_port), "3306", 1, 65535, "database port" },
	{ "db_user", TYPE_TEXT, PLACE(db_user), "chargeops", 1, 63, "database user" },
	{ "db_password", TYPE_TEXT, PLACE(db_password), "", 0, 127, "database password" },
	{ "db_name", TYPE_TEXT, PLACE(db_name), "chargeops", 1, 63, "database name" },
	{ "listen", TYPE_TEXT, PLACE(listen), "127.0.0.1", 1, 63, "address the ports are opened on" },
	{ "http_port", TYPE_INT, PLACE(http_port), "8080", 1, 65535, "pages" },
	{ "pile_port", TYPE_INT, PLACE(pile_port), "8767", 1, 65535, "piles" },
	{ "ocpp_port", TYPE_INT, PLACE(ocpp_port), "8887", 1, 65535,
		"stations that speak OCPP over WebSocket, path /ocpp/<serial>" },
	{ "mqtt_host", TYPE_TEXT, PLACE(mqtt_host), "127.0.0.1", 1, 99, "host of the MQTT broker" },
	{ "bike_port", TYPE_INT, PLACE(bike_port), "8869", 1, 65535,
		"e-bike socket devices (AP3000)" },
	{ "mqtt_port", TYPE_INT, PLACE(mqtt_port), "1883", 1, 65535, "MQTT broker" },
	{ "admin_workers", TYPE_INT, PLACE(admin_workers), "4", 1, 256,
		"processes for the administration" },
	{ "driver_workers", TYPE_INT, PLACE(driver_workers), "2", 1, 256,
		"processes for the driver pages" },
	{ "open_workers", TYPE_INT, PLACE(open_workers), "2", 1, 256,
		"processes for channels and partners" },
	{ "task_workers", TYPE_INT, PLACE(task_workers), "2", 1, 64,
		"processes for exports and imports" },
	{ "gateway_writers", TYPE_INT, PLACE(gateway_writers), "2", 1, 64,
		"database processes of the gateway" },
	{ "gateway_loops", TYPE_INT, PLACE(gateway_loops), "1", 1, 16,
		"socket processes of the gateway" },
	{ "gateway_max_piles", TYPE_INT, PLACE(gateway_max_piles), "20000", 1, 1000000,
		"connections at a time" },
	{ "worker_requests", TYPE_INT, PLACE(worker_requests), "10000", 1, 100000000,
		"a worker is replaced after so many requests" },
	{ "zone_offset", TYPE_INT, PLACE(zone_offset), "28800", -43200, 50400,
		"the operator's zone, seconds east of UTC" },
	{ "gateway_id", TYPE_TEXT, PLACE(gateway_id), "g1", 1, 31,
		"name of this gateway, one of its own for each" },
	{ "gateway_lease", TYPE_INT, PLACE(gateway_lease), "20", 3, 3600,
		"seconds without a sign of life after which a gateway's piles are the others'" },
	{ "offline_alarm", TYPE_INT, PLACE(offline_alarm), "60", 1, 86400,
		"seconds a pile may be away before the alarm that it is offline" },
	{ "log_level", TYPE_CHOICE, PLACE(log_level), "info", 1, 7,
		"debug info warn error: least level that is logged" },
	{ "sms_adapter", TYPE_TEXT, PLACE(sms_adapter), "sandbox", 1, 15,
		"where no SMS account is enabled: sandbox keeps text messages in the house, none fails" },
	{ "smtp_url", TYPE_TEXT, PLACE(smtp_url), "", 0, 199,
		"mail server, smtp://host:587 or smtps://host; empty: no mail" },
	{ "smtp_user", TYPE_TEXT, PLACE(smtp_user), "", 0, 99,
		"log-in at the mail server, over TLS only; empty: none" },
	{ "smtp_password", TYPE_TEXT, PLACE(smtp_password), "", 0, 127, "its password" },
	{ "smtp_ca", TYPE_TEXT, PLACE(smtp_ca), "", 0, 199,
		"certificates to trust at the mail server; empty: the system's" },
	{ "mail_from", TYPE_TEXT, PLACE(mail_from), "", 0, 99, "sender of mails" },
	{ "storage_url", TYPE_TEXT, PLACE(storage_url), "", 0, 199,
		"S3-compatible bucket for pictures, https://host/bucket; empty: data_dir keeps them" },
	{ "storage_region", TYPE_TEXT, PLACE(storage_region), "us-east-1", 1, 63, "its region" },
	{ "storage_key", TYPE_TEXT, PLACE(storage_key), "", 0, 128, "access key for it" },
	{ "storage_secret", TYPE_TEXT, PLACE(storage_secret), "", 0, 128, "the key's secret" },
	{ "private_peers", TYPE_INT, PLACE(private_peers), "0", 0, 1,
		"1: what tenants name (webhooks, partners, channels) may be at private addresses" },
	{ "webhook_workers", TYPE_INT, PLACE(webhook_workers), "2", 1, 32,
		"webhooks sent at the same time" },
	{ "webhook_dead_limit", TYPE_INT, PLACE(webhook_dead_limit), "10", 1, 1000,
		"given-up deliveries in a row that disable a webhook" },
	{ "map_tiles", TYPE_TEXT, PLACE(map_tiles), "", 0, 199,
		"tiles below maps, https://host/{z}/{x}/{y}.png; empty: stations alone" },
	{ "developer_pages", TYPE_INT, PLACE(developer_pages), "0", 0, 1,
		"1: pages under /dev/ (sandbox messages)" },
	{ "black_box_days", TYPE_INT, PLACE(black_box_days), "7", 1, 365,
		"days the frames of piles are kept" },
	{ "black_box_rate", TYPE_INT, PLACE(black_box_rate), "600", 0, 100000,
		"frames of a pile that are kept in a minute, the others are counted; 0: none of any pile" },
	{ "snapshot_days", TYPE_INT, PLACE(snapshot_days), "30", 1, 3650,
		"days that pictures of bays are kept" },
	{ "sample_days", TYPE_INT, PLACE(sample_days), "90", 1, 3650,
		"days the curves of sessions are kept" },
	{ "audit_days", TYPE_INT, PLACE(audit_days), "1095", 180, 36500,
		"days the log of changes stays in the database; older blocks go to data_dir/audit" },
	{ "export_days", TYPE_INT, PLACE(export_days), "7", 1, 3650, "days an exported file is kept" },
	{ "login_hours", TYPE_INT, PLACE(login_hours), "12", 1, 720, "hours a log-in lasts" },
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

/* name may be spelt with dashes (command line); len bytes of it count. */
static const struct option *option_find(const char *name, size_t len)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		const char *n = options[i].name;
		size_t k = 0;
		while (k < len && n[k] != '\0' && (name[k] == n[k] || (name[k] == '-' && n[k] == '_')))
			k++;
		if (k == len && n[k] == '\0')
			return &options[i];
	}
	return NULL;
}

static NEOERR *set_int(const struct option *o, const char *value, const char *where)
{
	int64_t v;

	if (!text_i64(value, &v))
		return nerr_raise(ERR_INVALID, "%s: %s must be a whole number, not \"%s\"", where, o->name,
			value);
	if (v < o->min || v > o->max)
		return nerr_raise(ERR_INVALID, "%s: %s must be from %lld to %lld, not %s", where, o->name,
			(long long)o->min, (long long)o->max, value);
	memcpy((char *)&conf + o->offset, &v, sizeof(v));
	return STATUS_OK;
}

static NEOERR *set_text(const struct option *o, const char *value, const char *where)
{
	size_t len = strlen(value);

	if (len < (size_t)o->min || len > (size_t)o->max || len >= o->room || !text_is_utf8(value, len))
		return nerr_raise(ERR_INVALID, "%s: %s must have %lld to %lld characters", where, o->name,
			(long long)o->min, (long long)o->max);
	text_copy((char *)&conf + o->offset, o->room, value);
	return STATUS_OK;
}

/* The slash at the end goes, so that callers may append "/path". */
static NEOERR *set_url(const struct option *o, const char *value, const char *where)
{
	char *url = (char *)&conf + o->offset;
	NEOERR *err;
	size_t len;

	if (!text_starts(value, "http://") && !text_starts(value, "https://"))
		return nerr_raise(ERR_INVALID, "%s: %s must begin with http:// or https://", where,
			o->name);
	err = set_text(o, value, where);
	if (err != STATUS_OK)
		return nerr_pass(err);
	for (len = strlen(url); len > 0 && url[len - 1] == '/'; len--)
		url[len - 1] = '\0';
	return STATUS_OK;
}

static NEOERR *set_choice(const struct option *o, const char *value, const char *where)
{
	size_t words = strcspn(o->help, ":"), len = strlen(value);

	for (const char *p = o->help; p < o->help + words; p += strcspn(p, " :") + 1)
		if (len > 0 && strcspn(p, " :") == len && strncmp(p, value, len) == 0)
			return nerr_pass(set_text(o, value, where));
	return nerr_raise(ERR_INVALID, "%s: %s must be one of %.*s, not \"%s\"", where, o->name,
		(int)words, o->help, value);
}

static NEOERR *option_set(const struct option *o, const char *value, const char *where)
{
	static NEOERR *(*const set[])(const struct option *, const char *, const char *) = {
		[TYPE_TEXT] = set_text,
		[TYPE_INT] = set_int,
		[TYPE_URL] = set_url,
		[TYPE_CHOICE] = set_choice,
	};

	return nerr_pass(set[o->type](o, value, where));
}

static NEOERR *load_defaults(void)
{
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < OPTIONS && err == STATUS_OK; i++)
		err = option_set(&options[i], options[i].fallback, "default");
	return nerr_pass(err);
}

static NEOERR *load_line(char *line, const char *where)
{
	const struct option *o;
	char *name, *value;

	name = text_trim(line);
	if (*name == '\0' || *name == '#')
		return STATUS_OK;
	value = strchr(name, '=');
	if (value == NULL)
		return nerr_raise(ERR_INVALID, "%s: expected name = value, not \"%s\"", where, name);
	*value++ = '\0';
	name = text_trim(name);
	o = option_find(name, strlen(name));
	if (o == NULL)
		return nerr_raise(ERR_INVALID, "%s: there is no option named %s", where, name);
	return nerr_pass(option_set(o, text_trim(value), where));
}

static NEOERR *load_file(const char *file, bool must_exist)
{
	NEOERR *err = STATUS_OK;
	char where[300], line[1024];
	FILE *f = fopen(file, "re");

	if (f == NULL) {
		if (errno == ENOENT && !must_exist)
			return STATUS_OK;
		return nerr_raise(ERR_INVALID, "%s cannot be read: %s", file, strerror(errno));
	}
	for (int n = 1; fgets(line, sizeof(line), f) != NULL; n++) {
		snprintf(where, sizeof(where), "%.200s line %d", file, n);
		if (strlen(line) == sizeof(line) - 1 && line[sizeof(line) - 2] != '\n') {
			err = nerr_raise(ERR_INVALID, "%s: the line is too long", where);
			goto out;
		}
		TRY(load_line(line, where));
	}
out:
	fclose(f);
	return nerr_pass(err);
}

static NEOERR *load_environment(void)
{
	NEOERR *err = STATUS_OK;
	char name[64];
	const char *value;

	for (size_t i = 0; i < OPTIONS && err == STATUS_OK; i++) {
		snprintf(name, sizeof(name), "CHARGEOPS_%s", options[i].name);
		for (char *p = name; *p != '\0'; p++)
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 'a' + 'A');
		value = getenv(name);
		if (value != NULL)
			err = option_set(&options[i], value, name);
	}
	return nerr_pass(err);
}

/* Takes argv[i] (and its value in argv[i + 1]) if it is one of ours; *taken says how many words. */
static NEOERR *load_argument(char **argv, int i, int *taken)
{
	const char *name = argv[i] + 2, *value;
	const struct option *o;
	size_t len = strcspn(name, "=");

	*taken = 0;
	o = option_find(name, len);
	if (o == NULL)
		return STATUS_OK;
	if (name[len] == '=') {
		value = name + len + 1;
		*taken = 1;
	} else if (argv[i + 1] != NULL) {
		value = argv[i + 1];
		*taken = 2;
	} else {
		return nerr_raise(ERR_INVALID, "%s wants a value", argv[i]);
	}
	return nerr_pass(option_set(o, value, argv[i]));
}

static NEOERR *load_arguments(int *argc, char **argv, const char *usage_text)
{
	NEOERR *err = STATUS_OK;
	int kept = 1, taken, i;

	for (i = 1; i < *argc && strcmp(argv[i], "--") != 0; i += taken) {
		taken = 0;
		if (text_eq(argv[i], "--help")) {
			fputs(usage_text, stdout);
			conf_help(stdout);
			exit(0);
		}
		if (text_starts(argv[i], "--"))
			TRY(load_argument(argv, i, &taken));
		if (taken == 0) {
			argv[kept++] = argv[i];
			taken = 1;
		}
	}
	for (; i < *argc; i++)
		argv[kept++] = argv[i];
	argv[kept] = NULL;
	*argc = kept;
out:
	return nerr_pass(err);
}

NEOERR *conf_load(const char *file, int *argc, char **argv, const char *usage_text)
{
	NEOERR *err = STATUS_OK;
	const char *named = file != NULL ? file : getenv("CHARGEOPS_CONF");

	TRY(load_defaults());
	TRY(load_file(named != NULL ? named : "chargeops.conf", named != NULL));
	TRY(load_environment());
	if (argc != NULL)
		TRY(load_arguments(argc, argv, usage_text));
out:
	return nerr_pass(err);
}

void conf_help(FILE *out)
{
	fputs(
		"\nOptions (a line `name = value` in chargeops.conf or $CHARGEOPS_CONF, CHARGEOPS_NAME in"
		" the\n"
		"environment, or --name=value here; the later wins):\n",
		out);
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *o = &options[i];
		fprintf(out, "  %-18s %s", o->name, o->help);
		if (o->type == TYPE_INT)
			fprintf(out, ", %lld to %lld", (long long)o->min, (long long)o->max);
		fprintf(out, " [%s]\n", o->fallback);
	}
}

void conf_forget_secrets(void)
{
	explicit_bzero(conf.db_user, sizeof(conf.db_user));
	explicit_bzero(conf.db_password, sizeof(conf.db_password));
	explicit_bzero(conf.secret_file, sizeof(conf.secret_file));
	explicit_bzero(conf.smtp_password, sizeof(conf.smtp_password));
	explicit_bzero(conf.storage_secret, sizeof(conf.storage_secret));
}
