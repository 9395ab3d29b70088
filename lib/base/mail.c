/* mail.c - builds a mail (libcurl's MIME) and hands it to the mail server.
 * Owns nothing.
 * Serves mail.h. */
#include <curl/curl.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/mail.h"
#include "base/text.h"

#define WORD_BYTES 45                        /* in base64 with its brackets an encoded word stays under 75 */
#define TIMEOUT_MS 30000L
#define CONNECT_TIMEOUT_MS 10000L

bool mail_is_address(const char *s)
{
	const char *at = strchr(s, '@');

	if (at == NULL || at == s || at[1] == '\0' || strchr(at + 1, '@') != NULL || strlen(s) > 254)
		return false;
	for (const unsigned char *p = (const unsigned char *)s; *p; p++)
		if (*p <= ' ' || *p >= 127 || strchr("<>()[],;:\\\"", *p) != NULL)
			return false;
	return true;
}

static bool is_plain(const char *s)
{
	for (const unsigned char *p = (const unsigned char *)s; *p; p++)
		if (*p < ' ' || *p >= 127)
			return false;
	return strstr(s, "=?") == NULL && strlen(s) <= 200;
}

/* Bytes of whole characters that fit into one encoded word; a byte that is no UTF-8 goes alone. */
static size_t word_len(const char *s, size_t left)
{
	size_t n = 0, rune;

	while (n < left && (rune = text_rune(s + n, left - n)) + n <= WORD_BYTES && rune > 0)
		n += rune;
	return n > 0 ? n : 1;
}

void mail_header(struct buf *out, const char *value)
{
	size_t left = strlen(value);

	if (is_plain(value)) {
		buf_puts(out, value);
		return;
	}
	while (left > 0) {
		size_t n = word_len(value, left);
		char *word = base64_dup(value, n);

		buf_printf(out, "=?UTF-8?B?%s?=%s", word, left > n ? "\r\n " : "");
		free(word);
		value += n;
		left -= n;
	}
}

static void add_line(struct curl_slist **list, const char *name, const char *value)
{
	struct curl_slist *longer;
	struct buf b;

	buf_init(&b, 0);
	buf_printf(&b, "%s: ", name);
	buf_puts(&b, value);
	longer = curl_slist_append(*list, buf_str(&b));
	buf_clear(&b);
	if (longer == NULL)
		error_die("out of memory (mail)");
	*list = longer;
}

/* "Fri, 20 Nov 2026 16:00:00 +0800" */
static void date_text(int64_t t, char out[48])
{
	static const char *const day[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const month[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	int minutes = abs(clock_offset()) / 60;
	struct civil c;

	clock_civil(t, &c);
	snprintf(out, 48, "%s, %d %s %d %02d:%02d:%02d %c%02d%02d", day[c.weekday % 7], c.day,
		month[(c.month - 1) % 12], c.year, c.hour, c.minute, c.second,
		clock_offset() < 0 ? '-' : '+', minutes / 60 % 24, minutes % 60);
}

static void build_headers(const struct mail *m, struct curl_slist **list)
{
	char hash[SHA256_HEX], id[180], date[48];
	struct buf subject;

	buf_init(&subject, 0);
	buf_printf(&subject, "%s\n%s\n%s", m->id, m->to, m->subject);
	sha256_hex(subject.data, subject.len, hash);
	buf_clear(&subject);
	snprintf(id, sizeof(id), "<%.32s%s>", hash, strchr(conf.mail_from, '@'));
	date_text(clock_now(), date);
	buf_init(&subject, 0);
	mail_header(&subject, m->subject);
	add_line(list, "Date", date);
	add_line(list, "From", conf.mail_from);
	add_line(list, "To", m->to);
	add_line(list, "Subject", buf_str(&subject));
	add_line(list, "Message-ID", id);
	add_line(list, "Auto-Submitted", "auto-generated");
	buf_clear(&subject);
}

static void add_part(curl_mime *mime, const char *type, const void *data, size_t len,
	const char *file)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	if (part == NULL || curl_mime_data(part, data, len) != CURLE_OK ||
		curl_mime_type(part, type) != CURLE_OK || curl_mime_encoder(part, "base64") != CURLE_OK ||
		(file != NULL && curl_mime_filename(part, file) != CURLE_OK))
		error_die("out of memory (mail)");
}

static void add_body(curl_mime *mime, const struct mail *m)
{
	add_part(mime, "text/plain; charset=utf-8", m->text, strlen(m->text), NULL);
	for (int i = 0; i < m->files; i++)
		add_part(mime, m->file[i].type, m->file[i].data, m->file[i].len, m->file[i].name);
}

static void set_server(CURL *easy)
{
	bool log_in = conf.smtp_user[0] != '\0';

	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_URL, conf.smtp_url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_USE_SSL, log_in ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	if (conf.smtp_ca[0] != '\0')
		curl_easy_setopt(easy, CURLOPT_CAINFO, conf.smtp_ca);
	if (!log_in)
		return;
	curl_easy_setopt(easy, CURLOPT_USERNAME, conf.smtp_user);
	curl_easy_setopt(easy, CURLOPT_PASSWORD, conf.smtp_password);
}

static NEOERR *check(const struct mail *m)
{
	if (conf.smtp_url[0] == '\0')
		return nerr_raise(ERR_INVALID, "no mail goes out: smtp_url is not set");
	if (!mail_is_address(conf.mail_from))
		return nerr_raise(ERR_INVALID, "no mail goes out: mail_from is no address");
	if (!mail_is_address(m->to))
		return nerr_raise(ERR_INVALID, "%s is no mail address", m->to);
	return STATUS_OK;
}

NEOERR *mail_send(const struct mail *m)
{
	struct curl_slist *headers = NULL, *to = NULL;
	char why[CURL_ERROR_SIZE] = "";
	curl_mime *mime = NULL;
	CURL *easy = NULL;
	CURLcode rc;
	NEOERR *err;

	TRY(check(m));
	build_headers(m, &headers);
	easy = curl_easy_init();
	to = curl_slist_append(NULL, m->to);
	if (easy == NULL || to == NULL || (mime = curl_mime_init(easy)) == NULL)
		error_die("out of memory (mail)");
	add_body(mime, m);
	set_server(easy);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, conf.mail_from);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_MIMEPOST, mime);
	rc = curl_easy_perform(easy);
	if (rc != CURLE_OK)
		err =
			nerr_raise(ERR_PEER, "mail server: %s", why[0] != '\0' ? why : curl_easy_strerror(rc));
out:
	curl_easy_cleanup(easy);
	curl_mime_free(mime);
	curl_slist_free_all(headers);
	curl_slist_free_all(to);
	return nerr_pass(err);
}
