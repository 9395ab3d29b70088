/* tax.c - the sandbox as a tax service: requests are signed, a serial is one invoice however often
 * it is sent, numbers are given, voids obeyed.
 * Owns nothing. Serves paysim.c. (lib/charge/invoice_tax.c tells the messages) */
#include "daemons/paysim/sim.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/field_sign.h"

#define SKEW 600

static void answer(struct ask *a, int code, const char *message)
{
	answer_json(a, 200, json_pack("{s:i, s:s}", "code", code, "message", message));
}

static const char *problem_of(const json_t *body)
{
	struct field_sign s = { .digest = DIGEST_HMAC_SHA256 };
	char wanted[SHA256_HEX];
	const char *problem = NULL;
	NEOERR *err;

	if (!text_eq(json_text(body, "app_id", ""), SIM_TAX_APP))
		return "unknown app_id";
	if (llabs(json_i64(body, "timestamp", 0) - clock_now()) > SKEW)
		return "the timestamp is stale";
	text_copy(s.secret, sizeof s.secret, sim.api_key);
	err = field_sign(&s, body, wanted);
	if (err != STATUS_OK || !text_eq(wanted, json_text(body, "sign", "")))
		problem = "the signature is wrong";
	error_drop(err);
	return problem;
}

/* What a real service would not let pass. */
static const char *fault_of(const json_t *body)
{
	static const char *const needed[] = { "buyer_title", "buyer_tax_no", "seller_company",
		"seller_tax_no", "seller_drawer", "amount", NULL };
	int64_t energy, service, amount;

	for (int i = 0; needed[i]; i++)
		if (*json_text(body, needed[i], "") == '\0')
			return needed[i];
	if (!fixed_parse(json_text(body, "energy_amount", ""), 2, &energy) ||
		!fixed_parse(json_text(body, "service_amount", ""), 2, &service) ||
		!fixed_parse(json_text(body, "amount", ""), 2, &amount) || energy + service != amount)
		return "the lines do not add up";
	return NULL;
}

static void issue(json_t *taxes, const char *serial, const json_t *body)
{
	const char *fault = sim_mode_once("tax_fail") ? "税控设备离线" : fault_of(body);
	char number[24];

	snprintf(number, sizeof number, "2432000000%08zu", json_object_size(taxes) + 1);
	json_object_set_new(taxes, serial,
		json_pack("{s:s, s:s, s:s, s:s, s:s}", "state", fault ? "failed" : "issued", "message",
			fault ? fault : "", "invoice_code", "032002600111", "invoice_no", number, "amount",
			json_text(body, "amount", "")));
}

static void tell(struct ask *a, const json_t *invoice)
{
	json_t *o = json_deep_copy(invoice);

	json_object_set_new(o, "code", json_integer(0));
	answer_json(a, 200, o);
}

static void serve(struct ask *a, const char *what, const json_t *body)
{
	json_t *taxes = sim_table("taxes"), *invoice;
	const char *serial = json_text(body, "serial", ""), *problem = problem_of(body);

	if (problem || *serial == '\0') {
		answer(a, 1, problem ? problem : "serial is missing");
		return;
	}
	if (text_eq(what, "issue") && !json_object_get(taxes, serial)) {
		if (sim_mode_once("tax_slow")) {
			answer_json(a, 200, json_pack("{s:i, s:s}", "code", 0, "state", "issuing"));
			return;
		}
		issue(taxes, serial, body);
	}
	invoice = json_object_get(taxes, serial);
	if (!invoice) {
		answer(a, 2, "no such serial");
		return;
	}
	if (text_eq(what, "void"))
		json_object_set_new(invoice, "state", json_string("void"));
	sim_keep();
	if (sim_mode_once("tax_mute"))
		a->mute = true;
	else
		tell(a, invoice);
}

bool tax_serve(struct ask *a)
{
	json_t *body = NULL;
	const char *what;
	NEOERR *err;

	if (!text_starts(a->path, "/tax/") || !text_eq(a->method, "POST"))
		return false;
	what = a->path + strlen("/tax/");
	err = json_read(a->body, a->len, 64 * 1024, &body);
	if (err == STATUS_OK && (text_eq(what, "issue") || text_eq(what, "void")))
		serve(a, what, body);
	else
		answer(a, 3, "no such request");
	error_drop(err);
	json_decref(body);
	return true;
}
