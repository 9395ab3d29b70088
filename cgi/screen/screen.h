/* screen.h - the screens: one table a noun, in menu order, and the few pages by hand beside them.
 * Owns the names of the tables and what several screens share. Serves the engine and the admin
 * program. */
#ifndef CGI_SCREEN_H
#define CGI_SCREEN_H

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "cgi/perm.h"
#include "cgi/render.h"
#include "cgi/resource/menu.h"
#include "cgi/resource/resource.h"
#include "cgi/response.h"

/* Flags that go together: a column people see and export; a field people type. */
#define SEEN (LIST | SHOW | EXPORT)
#define TYPED (CREATE | EDIT | SHOW | IMPORT)
#define PLACED (CREATE | SHOW | IMPORT)          /* typed once, never changed */

#define STATUS_FIELD(list) { "status", F_CHOICE, SEEN | FILTER, .choices = &list##_choices }
#define NOTE_FIELD { "note", F_LONGTEXT, TYPED, 0, 500, .group = "more" }
#define CREATED_FIELD { "created_at", F_TIME, SEEN | SORT | FILTER | RANGE | FOLD }

#define SCREEN(name) extern const struct resource name##_resource;
#include "cgi/screen/screen_list.h"
#undef SCREEN

/* Pages by hand; before resource_routes in the router's list, so that one may take an engine
 * page's place. */
extern const struct route screen_routes[];

/* Refuses c at `field` unless the statement (one id) gives 1: nothing is added under a disabled
 * owner (G3, G4, S6, S14). */
NEOERR *screen_owner_open(struct request *req, struct change *c, const char *field,
	const struct sql *open, const char *text_key) CHECKED;
extern const struct sql *const provider_open, *const property_open, *const station_open,
	*const area_open;
/* A tenant's user adds to the own tenant: fills provider_id and property_id where the form left
 * them out; others are not reachable anyway. */
void screen_own_tenant(struct request *req, struct change *c, bool property);
/* Where a tenant would have the platform call: a URL, public unless private_peers lifts that; tls:
 * https, because keys go there. Empty is fine. */
void screen_check_address(struct change *c, const char *field, bool tls);
/* A new record of a provider: one's own filled in, else asked for; it is enabled, and so is the
 * property, if the record has one, which is the provider's (G3, G4). */
NEOERR *screen_new_owned(struct request *req, struct change *c, bool property) CHECKED;
/* The tariff of `field` must be of provider_id, enabled, have slots, and be of that kind (NULL: any
 * but the operator's own cost, P13). */
NEOERR *screen_tariff_fits(struct request *req, struct change *c, const char *field,
	int64_t provider_id, const char *kind) CHECKED;
/* The same by the station's provider and kind. */
NEOERR *screen_tariff_of_station(struct request *req, struct change *c, const char *field,
	int64_t station_id) CHECKED;
/* What makes a money move happen once however often its form is posted. */
/* 充值 and 退款 of a purse, for the actions of members (their wallet) and cards: amounts of gift and
 * cash, each move once a form. */
extern const struct field purse_fields[];
NEOERR *purse_recharge_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
NEOERR *purse_refund_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
/* M4: 发卡 of a product, for the action of cards. */
extern const struct field card_issue_fields[];
NEOERR *card_issue_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
/* M15: a recharge agreed outside, for the action of members. */
extern const struct field offline_recharge_fields[];
NEOERR *offline_recharge_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
/* Money of fleets, and what a fleet gives its members (fleet_money.c). */
extern const struct field fleet_price_fields[], fleet_credit_fields[],
	fleet_share_fields[], fleet_back_fields[];
NEOERR *fleet_recharge_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
NEOERR *fleet_refund_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
NEOERR *fleet_price_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input) CHECKED;
NEOERR *fleet_credit_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
NEOERR *fleet_allocate_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
NEOERR *fleet_take_back_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
/* F1: the refund of a charge, for the action of sessions. */
extern const struct field session_refund_fields[];
NEOERR *session_refund_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
/* F8, F9: an order's invoice asked for by a clerk; an order that applicants do not see, and
 * lifted. */
extern const struct field session_invoice_fields[];
NEOERR *session_invoice_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
NEOERR *session_invoice_bar_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
NEOERR *session_invoice_lift_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
/* The paper of the route's record, which the asker must see, to keep as "<word>-<id>.pdf". */
NEOERR *screen_paper(struct request *req, const struct resource *res, const char *word,
	NEOERR *(*make)(struct db *db, int64_t id, struct buf *pdf)) CHECKED;
/* The same as Excel: made now, dropped with other old files. */
NEOERR *screen_sheet(struct request *req, const struct resource *res, const char *word,
	NEOERR *(*make)(struct db *db, int64_t id, const char *path)) CHECKED;
/* Bills between partners and settlement bills: what the other side is asked, and the tabs of both
 * sides (cycle_bill.c). */
extern const struct field bill_agree_fields[], bill_dispute_fields[];
extern const struct tab bill_tabs[], bill_received_tabs[];
const char *screen_once(struct request *req, const char *kind, int64_t id);
/* Platform numbers: station 100001, area 10000101, pile 1000010001, connector 100001000101.
 * Inside the tx, under the station's lock. */
NEOERR *code_for_station(struct request *req, const char **out) CHECKED;
NEOERR *code_for_area(struct request *req, int64_t station_id, const char **out) CHECKED;
NEOERR *code_for_pile(struct request *req, int64_t station_id, const char **out) CHECKED;

/* Helpers of pages by hand: text for the HDF (memory is the request's). */
/* for a query string */
const char *screen_escaped(struct request *req, const char *s);
/* The first second of the day a parameter names; fallback if it names none. */
int64_t screen_day(struct request *req, const char *name, int64_t fallback);
/* A workbook to be answered with: written to *x, closed by the caller, then answered under a
 * name. */
struct xlsx;
NEOERR *screen_book(struct request *req, const char *word, const char **path,
	struct xlsx **x) CHECKED;
void screen_book_answer(struct request *req, const char *path, const char *name);
const char *screen_number(struct request *req, int64_t n);
const char *screen_time(struct request *req, int64_t t);
/* Text, <path>.word and <path>.colour of a word of the list. */
NEOERR *screen_choice(struct request *req, const struct choices *list, const char *word,
	const char *path) CHECKED;
/* "1,234.50" */
const char *screen_fixed(struct request *req, int64_t v, int scale, int decimals);
/* two decimals, five where a fen is split */
const char *screen_money(struct request *req, int64_t v);
NEOERR *screen_page(struct request *req, const char *resource, const char *title_key,
	const char *subject, const char *template) CHECKED;
/* A secret that exists only on this answer: templates/screen/secret.cs. note is a Text key, back
 * a path. */
NEOERR *screen_secret(struct request *req, const char *resource, const char *title_key,
	const char *name, const char *secret, const char *note_key, const char *back) CHECKED;
/* The pages that ask for and show a new secret of a record: permission <resource>.secret, texts
 * secret, secret_ask ({1}: its name) and secret_note of the resource. name: its statement by id. */
#define SECRET_SHOWN 80
struct secret_page {
	const struct resource *res;
	const struct sql *name;
	NEOERR *(*renew)(struct db *db, int64_t id, char out[SECRET_SHOWN]);
};
NEOERR *secret_page_ask(struct request *req, const struct secret_page *page) CHECKED;
NEOERR *secret_page_renew(struct request *req, const struct secret_page *page) CHECKED;
/* The permission tree as HDF: Tree.groups.N.resources.N.verbs.N {word, label, checked, locked};
 * held: words now set; bound: words that may be given. */
struct words { const char *const *word; int n; };
bool words_have(const struct words *w, const char *word);
NEOERR *words_load(struct request *req, const struct sql *s, int64_t id, struct words *out) CHECKED;
NEOERR *tree_put(struct request *req, const struct words *held, const struct words *bound) CHECKED;
/* Ticked words of the posted tree, without those that the asker or `bound` (NULL: no bound)
 * lacks. */
NEOERR *tree_posted(struct request *req, const struct words *bound, struct words *out) CHECKED;

/* A log-in account for a tenant (G2): login = phone, first password random and in *password.
 * *problem is a Text key if the login is taken. */
struct user_new {
	const char *kind, *name, *phone;
	int64_t provider_id, property_id, fleet_id, role_id;
};
NEOERR *user_make_login(struct request *req, const struct user_new *u, char password[17],
	const char **problem) CHECKED;
/* The action `account` of who has a phone and no log-in yet (account.c). */
#define ACCOUNT_WANTED \
	"t.status = 'enabled' AND NOT EXISTS (SELECT 1 FROM user u WHERE u.login = t.phone AND" \
	" u.deleted = 0)"
/* What belongs to the fleet of `field` takes over its provider and property; refused if the fleet
 * is disabled or the form says another owner. */
NEOERR *fleet_owner_fill(struct request *req, struct change *c, const char *field) CHECKED;
/* Kinds of users and roles one may make: one's own and those below it (G5). */
bool user_kind_fits(const struct who *who, const char *kind);
/* A new user or role of kind fleet takes over its fleet's owner; other kinds have no fleet. */
NEOERR *user_fleet_fill(struct request *req, struct change *c) CHECKED;
NEOERR *role_default(struct request *req, const char *kind, int64_t *role_id) CHECKED;

/* Handlers of the pages by hand (screens.c lists their routes). */
NEOERR *home_show(struct request *req) CHECKED;
NEOERR *home_figures(struct request *req) CHECKED;
NEOERR *leak_show(struct request *req) CHECKED;
NEOERR *statistics_show(struct request *req) CHECKED;
NEOERR *statistics_download(struct request *req) CHECKED;
NEOERR *anomaly_show(struct request *req) CHECKED;
NEOERR *anomaly_save(struct request *req) CHECKED;
/* A limit of the anomaly rules: its page tries it before it is saved (O16). */
bool anomaly_sets(const char *setting);
NEOERR *worklist_show(struct request *req) CHECKED;
NEOERR *monitor_show(struct request *req) CHECKED;
NEOERR *station_monitor(struct request *req) CHECKED;
NEOERR *session_monitor(struct request *req) CHECKED;
NEOERR *fault_show(struct request *req) CHECKED;
NEOERR *counter_recharge_show(struct request *req) CHECKED;
NEOERR *counter_recharge(struct request *req) CHECKED;
NEOERR *counter_open_show(struct request *req) CHECKED;
NEOERR *counter_open_post(struct request *req) CHECKED;
NEOERR *counter_card_show(struct request *req) CHECKED;
NEOERR *counter_card(struct request *req) CHECKED;
NEOERR *counter_replace_show(struct request *req) CHECKED;
NEOERR *counter_replace(struct request *req) CHECKED;
NEOERR *counter_payment_show(struct request *req) CHECKED;
NEOERR *counter_payment_ask(struct request *req) CHECKED;
NEOERR *counter_payment_qr(struct request *req) CHECKED;
NEOERR *audit_proof_show(struct request *req) CHECKED;
NEOERR *setting_show(struct request *req) CHECKED;
NEOERR *setting_save(struct request *req) CHECKED;
NEOERR *security_show(struct request *req) CHECKED;
NEOERR *security_end_stale(struct request *req) CHECKED;
NEOERR *style_show(struct request *req) CHECKED;
NEOERR *style_store(struct request *req) CHECKED;
NEOERR *provider_audit_show(struct request *req) CHECKED;
NEOERR *provider_audit_save(struct request *req) CHECKED;
NEOERR *property_account_show(struct request *req) CHECKED;
NEOERR *property_account_save(struct request *req) CHECKED;
NEOERR *fleet_account_show(struct request *req) CHECKED;
NEOERR *fleet_account_save(struct request *req) CHECKED;
NEOERR *department_tree_show(struct request *req) CHECKED;
NEOERR *bank_account_pay_show(struct request *req) CHECKED;
NEOERR *bank_account_pay_save(struct request *req) CHECKED;
NEOERR *bank_account_answer_show(struct request *req) CHECKED;
NEOERR *bank_account_answer_save(struct request *req) CHECKED;
NEOERR *merchant_show(struct request *req) CHECKED;
NEOERR *merchant_save(struct request *req) CHECKED;
NEOERR *cycle_bill_download(struct request *req) CHECKED;
NEOERR *payable_download(struct request *req) CHECKED;
NEOERR *cycle_bill_pdf_show(struct request *req) CHECKED;
NEOERR *settlement_download(struct request *req) CHECKED;
NEOERR *settlement_received_download(struct request *req) CHECKED;
NEOERR *settlement_pdf_show(struct request *req) CHECKED;
NEOERR *settlement_received_pdf_show(struct request *req) CHECKED;
NEOERR *payable_pdf_show(struct request *req) CHECKED;
NEOERR *user_roles_show(struct request *req) CHECKED;
NEOERR *user_roles_save(struct request *req) CHECKED;
NEOERR *user_stations_show(struct request *req) CHECKED;
NEOERR *user_stations_save(struct request *req) CHECKED;
NEOERR *user_password_show(struct request *req) CHECKED;
NEOERR *user_password_save(struct request *req) CHECKED;
NEOERR *role_permit_show(struct request *req) CHECKED;
NEOERR *role_permit_save(struct request *req) CHECKED;
NEOERR *role_users_show(struct request *req) CHECKED;
NEOERR *role_users_save(struct request *req) CHECKED;
NEOERR *api_key_new(struct request *req) CHECKED;
NEOERR *api_key_make(struct request *req) CHECKED;
NEOERR *exchange_peer_secret_show(struct request *req) CHECKED;
NEOERR *exchange_peer_secret_save(struct request *req) CHECKED;
NEOERR *webhook_secret_show(struct request *req) CHECKED;
NEOERR *webhook_secret_save(struct request *req) CHECKED;
NEOERR *parking_peer_secret_show(struct request *req) CHECKED;
NEOERR *parking_peer_secret_save(struct request *req) CHECKED;
NEOERR *invoice_download(struct request *req) CHECKED;
NEOERR *ledger_show(struct request *req) CHECKED;
NEOERR *ledger_download(struct request *req) CHECKED;
NEOERR *ledger_proof_show(struct request *req) CHECKED;
NEOERR *ledger_proof_start(struct request *req) CHECKED;
NEOERR *ledger_account_statement(struct request *req) CHECKED;
NEOERR *ledger_account_download(struct request *req) CHECKED;
NEOERR *receipt_count_show(struct request *req) CHECKED;
NEOERR *receipt_count_download(struct request *req) CHECKED;
NEOERR *receipt_copy(struct request *req) CHECKED;
NEOERR *email_show(struct request *req) CHECKED;
NEOERR *email_send(struct request *req) CHECKED;
NEOERR *email_verify_show(struct request *req) CHECKED;
NEOERR *email_verify(struct request *req) CHECKED;
NEOERR *pile_secret_show(struct request *req) CHECKED;
NEOERR *pile_secret_save(struct request *req) CHECKED;
NEOERR *pile_ocpp_state(struct request *req) CHECKED;
NEOERR *pile_ocpp_call(struct request *req) CHECKED;
/* What became of a command, in words. */
const char *command_said(struct request *req, const char *raw);
/* Tells a pile something: a row of the task that all piles of one form are (W9). A pile that cannot
 * be told is an error of the input. command_tell_all: the piles of that statement (one id), those
 * that cannot be told as failed rows; refused if none can. */
struct command_wish;
NEOERR *command_tell(struct request *req, int64_t pile_id, struct change *input,
	struct command_wish *w) CHECKED;
NEOERR *command_tell_all(struct request *req, const struct sql *piles, int64_t id,
	struct change *input, struct command_wish *w) CHECKED;
/* The action of stations and areas that tells all their piles something. */
extern const struct field command_fields_of_place[];
NEOERR *station_command(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
NEOERR *area_command(struct request *req, const struct resource *res, int64_t id,
	struct change *input);
NEOERR *firmware_file_show(struct request *req) CHECKED;
NEOERR *firmware_file_save(struct request *req) CHECKED;
/* What a clerk tells a pile (pile_command.c); the pile `t` is there now. */
extern const struct action pile_actions[];
#define PILE_ONLINE \
	"EXISTS (SELECT 1 FROM pile_live w WHERE w.pile_id = t.id AND w.online = 1)"
/* Actions of pile_command.c: any OCPP call; a command of the AP3000 table. */
extern const struct field pile_ocpp_fields[], bike_call_fields[];
NEOERR *pile_ocpp(struct request *req, const struct resource *res, int64_t id,
	struct change *input) CHECKED;
NEOERR *bike_call(struct request *req, const struct resource *res, int64_t id,
	struct change *input) CHECKED;
NEOERR *station_bays(struct request *req) CHECKED;
NEOERR *station_load_show(struct request *req) CHECKED;
NEOERR *camera_secret_show(struct request *req) CHECKED;
NEOERR *camera_secret_save(struct request *req) CHECKED;
NEOERR *snapshot_picture(struct request *req) CHECKED;
NEOERR *snapshot_file(struct request *req) CHECKED;
NEOERR *stranger_register(struct request *req) CHECKED;
NEOERR *member_issue(struct request *req) CHECKED;
NEOERR *member_categorise_show(struct request *req) CHECKED;
NEOERR *member_categorise(struct request *req) CHECKED;
/* The category of `field` is of the record's provider; own: its provider by id. */
NEOERR *category_fits(struct request *req, struct change *c, const struct sql *own) CHECKED;
extern const struct sql *const member_category_own, *const token_category_own;
NEOERR *plan_schedule_show(struct request *req) CHECKED;
NEOERR *plan_schedule_accept(struct request *req) CHECKED;
NEOERR *plan_course_show(struct request *req) CHECKED;
NEOERR *plan_connectors_show(struct request *req) CHECKED;
NEOERR *plan_connectors_save(struct request *req) CHECKED;
NEOERR *tariff_new(struct request *req) CHECKED;
NEOERR *tariff_create(struct request *req) CHECKED;
NEOERR *tariff_edit(struct request *req) CHECKED;
NEOERR *tariff_update(struct request *req) CHECKED;
NEOERR *tariff_calculate(struct request *req) CHECKED;
NEOERR *station_map_show(struct request *req) CHECKED;
NEOERR *station_places(struct request *req) CHECKED;
NEOERR *station_picture_show(struct request *req) CHECKED;
NEOERR *station_picture_save(struct request *req) CHECKED;
NEOERR *tariff_copy(struct request *req) CHECKED;
NEOERR *tariff_what_if(struct request *req) CHECKED;
NEOERR *tariff_what_if_start(struct request *req) CHECKED;
NEOERR *session_frames(struct request *req) CHECKED;
NEOERR *session_dispute(struct request *req) CHECKED;
NEOERR *session_recompute_show(struct request *req) CHECKED;
NEOERR *daily_report_download(struct request *req) CHECKED;

#endif
