/* conf.h - configuration: one table of options, read from a file, the environment and the command
 * line.
 * Owns the values. Serves mains and rooms that need an address or a limit. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/error.h"

/* conf.c holds the table {name, type, default, min, max, target, help}; conf_help() prints it.
 * A line of the file: `name = value`, # comments. Environment: CHARGEOPS_NAME. Later wins: file,
 * environment, --name=value. */
struct conf {
	/* places */
	char run_dir[200];          /* sockets, pid files, leases of daemons: var/run      */
	char data_dir[200];         /* exports, uploads, pictures: var/data                */
	char template_dir[200];     /* templates/                                          */
	char static_dir[200];       /* static/                                             */
	char sql_dir[200];          /* sql/                                                */
	char url[200];              /* address people use, no slash at the end: http://127.0.0.1:8080 */
	char secret_file[200];      /* 32 random bytes in hex: key for what is encrypted at rest */
	/* database */
	char db_socket[200], db_host[100], db_user[64], db_password[128], db_name[64];
	int64_t db_port;
	/* ports (all on 127.0.0.1 unless listen says otherwise) */
	char listen[64];
	char mqtt_host[100];
	int64_t http_port, pile_port, mqtt_port, ocpp_port, bike_port;
	/* shape */
	int64_t admin_workers, driver_workers, open_workers, task_workers;
	int64_t gateway_writers, gateway_loops, gateway_max_piles;
	int64_t worker_requests;     /* a worker is recycled after so many */
	int64_t zone_offset;         /* seconds east of UTC, 28800 */
	char gateway_id[32];
	int64_t gateway_lease;       /* seconds without a sign of life: its piles are the others' */
	int64_t offline_alarm;       /* seconds a pile may be away before its alarm is opened */
	char log_level[8];
	char sms_adapter[16];        /* sandbox | ... */
	char smtp_url[200];         /* smtp://host:port or smtps://host; empty: no mail goes out */
	char smtp_user[100], smtp_password[128], smtp_ca[200], mail_from[100];
	char storage_url[200];      /* bucket for pictures; empty: data_dir keeps them */
	char storage_region[64], storage_key[129], storage_secret[129];
	int64_t private_peers;       /* 1: addresses that tenants name may be private ones */
	int64_t webhook_workers, webhook_dead_limit;
	char map_tiles[200];         /* https://host/{z}/{x}/{y}.png; empty: no tiles */
	int64_t developer_pages;     /* 1: /dev/ pages (sandbox SMS) are served */
	int64_t black_box_days, black_box_rate;
	int64_t snapshot_days, sample_days, audit_days, export_days, login_hours;
};

extern struct conf conf;

/* Reads file (NULL: $CHARGEOPS_CONF or chargeops.conf in the working folder), environment, and
 * --name=value arguments, which it removes from argv. `--help` prints usage_text and the table
 * and exits 0. Unknown or out-of-range: ERR_INVALID. */
NEOERR *conf_load(const char *file, int *argc, char **argv, const char *usage_text) CHECKED;
void conf_help(FILE *out);
/* Where the database is and every key and password: what a process that reads outside bytes must
 * not hold once others have it. */
void conf_forget_secrets(void);

#endif
