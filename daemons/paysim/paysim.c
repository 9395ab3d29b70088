/* paysim.c - a payment channel to play with: speaks as the real one does, checks every
 * signature, and pays when it is told to.
 * Owns its keys and orders in --dir. Serves demos and tests; no real money is anywhere near. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemons/paysim/sim.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/sign.h"
#include "base/text.h"

#define REQUEST_MAX (1024 * 1024)
#define READ_MS 3000

struct sim sim;
static volatile sig_atomic_t ending;
static int listener = -1;

static void on_end(int sig)
{
	(void)sig;
	ending = 1;
}

/* ---- requests and answers ---- */

bool ask_header(const struct ask *a, const char *name, char *out, size_t room)
{
	size_t len = strlen(name), n;

	for (const char *line = a->headers; *line; line += strcspn(line, "\n"), line += *line != '\0') {
		if (strncasecmp(line, name, len) != 0 || line[len] != ':')
			continue;
		line += len + 1;
		line += strspn(line, " \t");
		n = strcspn(line, "\r\n");
		text_copy(out, n + 1 < room ? n + 1 : room, line);
		return true;
	}
	*out = '\0';
	return false;
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) % 16 : -1;
}

static void decode(char *out, size_t room, const char *from, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < room; i++) {
		if (from[i] == '%' && i + 2 < len && hex(from[i + 1]) >= 0 && hex(from[i + 2]) >= 0) {
			out[n++] = (char)(hex(from[i + 1]) * 16 + hex(from[i + 2]));
			i += 2;
		} else
			out[n++] = (char)(from[i] == '+' ? ' ' : from[i]);
	}
	out[n] = '\0';
}

void ask_decode(char *out, size_t room, const char *word)
{
	decode(out, room, word, strlen(word));
}

static bool find_param(const char *text, const char *name, char *out, size_t room)
{
	size_t len = strlen(name), n;

	for (; *text; text += n, text += *text == '&') {
		n = strcspn(text, "&");
		if (strncmp(text, name, len) == 0 && text[len] == '=') {
			decode(out, room, text + len + 1, n - len - 1);
			return true;
		}
	}
	return false;
}

bool ask_param(const struct ask *a, const char *name, char *out, size_t room)
{
	*out = '\0';
	return find_param(a->query, name, out, room) || find_param(a->body, name, out, room);
}

json_t *ask_form(const struct ask *a)
{
	json_t *form = json_object();
	char key[80], value[4000];
	size_t n, name;

	for (const char *at = a->body; *at; at += n, at += *at == '&') {
		n = strcspn(at, "&");
		name = strcspn(at, "=&");
		decode(key, sizeof(key), at, name);
		decode(value, sizeof(value), at + name + 1, name < n ? n - name - 1 : 0);
		json_object_set_new(form, key, json_string(value));
	}
	return form;
}

void answer_text(struct ask *a, int status, const char *type, const char *text)
{
	a->status = status;
	a->type = type;
	buf_reset(&a->out);
	buf_puts(&a->out, text);
}

void answer_json(struct ask *a, int status, json_t *value)
{
	char *text = json_write_dup(value);

	answer_text(a, status, "application/json; charset=utf-8", text);
	free(text);
	json_decref(value);
}

/* ---- what it keeps ---- */

json_t *sim_table(const char *name)
{
	json_t *table = json_object_get(sim.state, name);

	if (!table) {
		table = json_object();
		json_object_set_new(sim.state, name, table);
	}
	return table;
}

static void in_dir(const char *name, char out[300])
{
	snprintf(out, 300, "%.199s/%.80s", sim.dir, name);
}

void sim_keep(void)
{
	char path[300];

	in_dir("state.json", path);
	if (json_dump_file(sim.state, path, JSON_INDENT(1)) != 0)
		error_die("paysim: its state cannot be written");
}

const char *sim_new_id(const char *prefix)
{
	static char id[40];

	snprintf(id, sizeof(id), "%s%lld%06u", prefix, (long long)clock_now(), ++sim.serial % 1000000);
	return id;
}

const char *sim_mode(const char *name)
{
	return json_text(sim_table("mode"), name, "");
}

bool sim_mode_once(const char *name)
{
	int64_t left = 0;
	char text[24];

	if (!text_i64(sim_mode(name), &left) || left <= 0)
		return false;
	snprintf(text, sizeof(text), "%lld", (long long)left - 1);
	json_object_set_new(sim_table("mode"), name, json_string(text));
	return true;
}

/* ---- the server ---- */

static bool read_more(int fd, struct buf *in)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char part[8192];
	ssize_t n;

	if (poll(&p, 1, READ_MS) <= 0 || (n = read(fd, part, sizeof(part))) <= 0)
		return false;
	buf_add(in, part, (size_t)n);
	return !in->overflow;
}

static bool read_ask(int fd, struct buf *in, struct ask *a)
{
	char length[24], target[6600] = "", *end = NULL, *mark;
	int64_t want = 0;

	while (!end) {
		if (!read_more(fd, in))
			return false;
		end = strstr(in->data, "\r\n\r\n");
	}
	*end = '\0';
	a->headers = in->data;
	if (sscanf(in->data, "%7s %6599s", a->method, target) != 2)
		return false;
	if (ask_header(a, "Content-Length", length, sizeof(length)) && !text_i64(length, &want))
		return false;
	size_t head = (size_t)(end - in->data) + 4;
	while (want >= 0 && in->len < head + (size_t)want)
		if (!read_more(fd, in))
			return false;
	a->headers = in->data;
	a->body = in->data + head;
	a->len = (size_t)want;
	mark = strchr(target, '?');
	if (mark)
		*mark++ = '\0';
	text_copy(a->path, sizeof(a->path), target);
	text_copy(a->query, sizeof(a->query), mark ? mark : "");
	return true;
}

static void write_all(int fd, const char *p, size_t len)
{
	for (ssize_t n; len > 0; p += n, len -= (size_t)n)
		if ((n = write(fd, p, len)) <= 0)
			return;
}

static void serve(int fd)
{
	struct buf in, head;
	struct ask a = { .headers = "" };

	buf_init(&in, REQUEST_MAX);
	buf_init(&head, 0);
	buf_init(&a.out, 0);
	buf_init(&a.more, 0);
	if (read_ask(fd, &in, &a)) {
		if (!control_serve(&a) && !phone_serve(&a) && !wechat_serve(&a) &&
			!suixingpay_serve(&a) && !leshua_serve(&a) && !tax_serve(&a) && !notify_serve(&a))
			answer_text(&a, 404, "text/plain", "not here\n");
		buf_printf(&head,
			"HTTP/1.1 %d x\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
			"Connection: close\r\n%s\r\n",
			a.status, a.type, a.out.len, buf_str(&a.more));
		if (!a.mute) {
			write_all(fd, head.data, head.len);
			write_all(fd, buf_str(&a.out), a.out.len);
		}
		sim_keep();
	}
	close(fd);
	buf_clear(&in);
	buf_clear(&head);
	buf_clear(&a.out);
	buf_clear(&a.more);
}

bool serve_next(int also)
{
	struct pollfd p[2] = { { .fd = listener, .events = POLLIN }, { .fd = also, .events = POLLIN } };
	int fd;

	if (poll(p, 2, 200) <= 0)
		return false;
	if (p[0].revents && (fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		serve(fd);
	return p[1].revents != 0;
}

/* ---- its start ---- */

static char *read_file(const char *name)
{
	char path[300], *text;
	struct stat st;
	FILE *f;

	in_dir(name, path);
	f = fopen(path, "re");
	if (!f || fstat(fileno(f), &st) != 0)
		return NULL;
	text = calloc(1, (size_t)st.st_size + 1);
	if (!text || fread(text, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
		error_die("paysim: a file of its own cannot be read");
	fclose(f);
	return text;
}

static void write_file(const char *name, const char *text)
{
	char path[300];
	FILE *f;

	in_dir(name, path);
	umask(077);
	f = fopen(path, "we");
	if (!f || fputs(text, f) == EOF || fclose(f) != 0)
		error_die("paysim: a file of its own cannot be written");
}

static NEOERR *key_pair(const char *name, char **secret, char **open)
{
	char private_name[40], public_name[40];
	NEOERR *err = STATUS_OK;

	snprintf(private_name, sizeof(private_name), "%s.key", name);
	snprintf(public_name, sizeof(public_name), "%s.pub", name);
	*secret = read_file(private_name);
	*open = read_file(public_name);
	if (*secret && *open)
		return STATUS_OK;
	TRY(rsa_pair_dup(secret, open));
	write_file(private_name, *secret);
	write_file(public_name, *open);
out:
	return nerr_pass(err);
}

static void write_json(const char *name, json_t *value)              /* takes value */
{
	char *text = json_write_dup(value);

	write_file(name, text);
	free(text);
	json_decref(value);
}

/* What an operator would type into the channel's form; the job channel_sandbox reads it. The first
 * is on, others are for an operator to enable. */
static void write_accounts(void)
{
	char tax_url[120], sms_url[120], robot_url[120];
	json_t *account = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "kind",
		"wechat", "status", "enabled", "base_url", sim.url, "merchant_no", SIM_MERCHANT, "app_id",
		SIM_APP, "merchant_serial", SIM_MERCHANT_SERIAL, "platform_serial", SIM_PLATFORM_SERIAL,
		"platform_key", sim.platform_public, "private_key", sim.merchant_private, "api_key",
		sim.api_key);

	snprintf(tax_url, sizeof(tax_url), "%s/tax", sim.url);
	json_object_set_new(account, "app_secret", json_string(sim.app_secret));
	json_object_set_new(account, "tax_url", json_string(tax_url));
	json_object_set_new(account, "tax_app_id", json_string(SIM_TAX_APP));
	json_object_set_new(account, "tax_secret", json_string(sim.api_key));
	snprintf(sms_url, sizeof(sms_url), "%s/sms/", sim.url);
	snprintf(robot_url, sizeof(robot_url), "%s/wecom", sim.url);
	json_object_update_new(account,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "sms_url", sms_url, "sms_account",
			SIM_SMS_ACCOUNT, "sms_secret", sim.api_key, "sms_sign", SIM_SMS_SIGN, "sms_alarm",
			SIM_SMS_ALARM, "sms_code", SIM_SMS_CODE, "robot_url", robot_url, "robot_key",
			SIM_ROBOT_KEY));
	write_json("account.json", account);
	write_json("account_suixingpay.json",
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "suixingpay", "status", "disabled",
			"base_url", sim.url, "merchant_no", SIM_SUIXINGPAY_MERCHANT, "app_id",
			SIM_SUIXINGPAY_ORG, "platform_key", sim.platform_public, "private_key",
			sim.merchant_private));
	write_json("account_leshua.json",
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "leshua", "status", "disabled",
			"base_url", sim.url, "merchant_no", SIM_LESHUA_MERCHANT, "api_key", sim.api_key,
			"notify_key", sim.notify_key));
}

static NEOERR *secret(const char *name, char out[33])
{
	char *kept = read_file(name);
	NEOERR *err = STATUS_OK;

	if (kept)
		text_copy(out, 33, kept);
	else {
		TRY(random_hex(out, 16));
		write_file(name, out);
	}
out:
	free(kept);
	return nerr_pass(err);
}

static NEOERR *prepare(void)
{
	char *kept;
	NEOERR *err;

	(void)mkdir(sim.dir, 0700);
	TRY(key_pair("platform", &sim.platform_private, &sim.platform_public));
	TRY(key_pair("merchant", &sim.merchant_private, &sim.merchant_public));
	TRY(key_pair("stranger", &sim.stranger_private, &sim.stranger_public));
	TRY(secret("api_key", sim.api_key));
	TRY(secret("notify_key", sim.notify_key));
	TRY(secret("app_secret", sim.app_secret));
	kept = read_file("state.json");
	sim.state = kept ? json_loads(kept, 0, NULL) : NULL;
	free(kept);
	if (!sim.state)
		sim.state = json_object();
	write_accounts();
out:
	return nerr_pass(err);
}

static int listen_on(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 64) < 0)
		error_die("paysim: the port cannot be opened");
	return fd;
}

int main(int argc, char **argv)
{
	int64_t port = 0;
	NEOERR *err;

	error_init();
	for (int i = 1; i < argc; i++) {
		if (text_starts(argv[i], "--dir="))
			text_copy(sim.dir, sizeof(sim.dir), argv[i] + 6);
		else if (!text_starts(argv[i], "--port=") || !text_i64(argv[i] + 7, &port))
			port = -1;
	}
	if (port <= 0 || port > 65535 || !*sim.dir) {
		fputs("usage: chargeops-paysim --port=N --dir=FOLDER\n"
			  "A payment channel on 127.0.0.1 for trials: FOLDER/account.json is what to type into"
			  " the channel's form.\n",
			stderr);
		return 2;
	}
	clock_zone(28800);
	signal(SIGTERM, on_end);
	signal(SIGINT, on_end);
	signal(SIGPIPE, SIG_IGN);
	snprintf(sim.url, sizeof(sim.url), "http://127.0.0.1:%lld", (long long)port);
	if ((err = prepare()) != STATUS_OK) {
		error_log("paysim", err);
		return 1;
	}
	listener = listen_on((int)port);
	while (!ending) {
		(void)serve_next(-1);
		notify_send();
	}
	return 0;
}
