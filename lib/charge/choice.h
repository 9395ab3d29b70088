/* choice.h - the closed word lists of tbl/ as enums and tables: value, database word, colour.
 * Owns nothing but the tables. Serves rules (enums), database code (words), pages (choices,
 * colours). */
#ifndef CHARGE_CHOICE_H
#define CHARGE_CHOICE_H

#include "base/error.h"

struct choice { const char *name, *colour; };      /* its value is its place in the list */
struct choices { const char *list; const struct choice *rows; int n; };

/* Each list L in choice_lists.h has `extern const struct choices L_choices`; lists that rules
 * need are enums too. */
#define LIST(list) extern const struct choices list##_choices;
#include "charge/choice_lists.h"
#undef LIST

#define X(id, name, colour) SESSION_##id,
enum session_state {
#include "charge/tbl/session_state.h"
};
#undef X
#define X(id, name, colour) PRICE_##id,
enum price_type {
#include "charge/tbl/price_type.h"
PRICE_TYPES };
#undef X
#define X(id, name, colour) METHOD_##id,
enum tariff_method {
#include "charge/tbl/tariff_method.h"
};
#undef X
#define X(id, name, colour) TARIFF_OF_##id,
enum tariff_kind {
#include "charge/tbl/tariff_kind.h"
};
#undef X
#define X(id, name, colour) STOP_##id,
enum stop_reason {
#include "charge/tbl/stop_reason.h"
};
#undef X
#define X(id, name, colour) START_##id,
enum start_mode {
#include "charge/tbl/start_mode.h"
};
#undef X
#define X(id, name, colour) PAY_##id,
enum pay_kind {
#include "charge/tbl/pay_kind.h"
};
#undef X
#define X(id, name, colour) NOTIFY_KIND_##id,
enum notify_kind {
#include "charge/tbl/notify_kind.h"
};
#undef X
#define X(id, name, colour) VEHICLE_CHECK_##id,
enum vehicle_check {
#include "charge/tbl/vehicle_check.h"
};
#undef X
#define X(id, name, colour) VEHICLE_BY_##id,
enum vehicle_by {
#include "charge/tbl/vehicle_by.h"
};
#undef X
#define X(id, name, colour) PRICE_PAY_##id,
enum price_pay {
#include "charge/tbl/price_pay.h"
};
#undef X
#define X(id, name, colour) CARD_OF_##id,
enum card_issue_kind {
#include "charge/tbl/card_issue.h"
};
#undef X
#define X(id, name, colour) SHARE_##id,
enum fleet_share {
#include "charge/tbl/fleet_share.h"
};
#undef X
#define X(id, name, colour) LIMIT_##id,
enum limit_kind {
#include "charge/tbl/limit_kind.h"
};
#undef X
#define X(id, name, colour) DIGEST_##id,
enum field_digest {
#include "charge/tbl/field_digest.h"
};
#undef X
#define X(id, name, colour) RELIEF_##id,
enum relief_kind {
#include "charge/tbl/relief_kind.h"
};
#undef X
#define X(id, name, colour) PARKING_##id,
enum parking_profile {
#include "charge/tbl/parking_profile.h"
};
#undef X
#define X(id, name, colour) RECEIPT_##id,
enum receipt_state {
#include "charge/tbl/receipt_state.h"
};
#undef X
#define X(id, name, colour) INVOICE_##id,
enum invoice_state {
#include "charge/tbl/invoice_state.h"
};
#undef X
#define X(id, name, colour) CONNECTOR_##id,
enum connector_state {
#include "charge/tbl/connector_state.h"
};
#undef X
#define X(id, name, colour) ACCOUNT_##id,
enum account_kind {
#include "charge/tbl/account_kind.h"
};
#undef X
#define X(id, name, colour) SPLIT_##id,
enum split_state {
#include "charge/tbl/split_state.h"
};
#undef X
#define X(id, name, colour) SPLIT_PARTY_##id,
enum split_party_kind {
#include "charge/tbl/split_party_kind.h"
};
#undef X
#define X(id, name, colour) SPLIT_FEE_##id,
enum split_fee {
#include "charge/tbl/split_fee.h"
};
#undef X
#define X(id, name, colour) SPLIT_##id,
enum split_method {
#include "charge/tbl/split_method.h"
};
#undef X
#define X(id, name, colour) SPLIT_CYCLE_##id,
enum split_cycle {
#include "charge/tbl/split_cycle.h"
};
#undef X
#define X(id, name, colour) OWNER_##id,
enum account_owner {
#include "charge/tbl/account_owner.h"
};
#undef X
#define X(id, name, colour) JOURNAL_##id,
enum journal_kind {
#include "charge/tbl/journal_kind.h"
};
#undef X
#define X(id, name, colour) BLACK_BOX_##id,
enum black_box {
#include "charge/tbl/black_box.h"
};
#undef X
#define X(id, name, colour) COMMAND_##id,
enum command_kind {
#include "charge/tbl/command_kind.h"
COMMAND_KINDS };
#undef X

#define X(id, name, colour) EVENT_##id,
enum event_kind {
#include "charge/tbl/event_kind.h"
};
#undef X

#define X(id, name, colour) ALARM_##id,
enum alarm_level {
#include "charge/tbl/alarm_level.h"
};
#undef X
#define X(id, name, colour) PURPOSE_##id,
enum payment_purpose {
#include "charge/tbl/payment_purpose.h"
};
#undef X
#define X(id, name, colour) PAYMENT_##id,
enum payment_state {
#include "charge/tbl/payment_state.h"
};
#undef X
#define X(id, name, colour) REFUND_##id,
enum refund_state {
#include "charge/tbl/refund_state.h"
};
#undef X
#define X(id, name, colour) BACK_##id,
enum refund_kind {
#include "charge/tbl/refund_kind.h"
};
#undef X
#define X(id, name, colour) WITHDRAWAL_##id,
enum withdrawal_state {
#include "charge/tbl/withdrawal_state.h"
};
#undef X
#define X(id, name, colour) BAY_##id,
enum bay_state {
#include "charge/tbl/bay_state.h"
};
#undef X
#define X(id, name, colour) LOCK_TYPE_##id,
enum lock_type {
#include "charge/tbl/lock_type.h"
};
#undef X
#define X(id, name, colour) LOCK_##id,
enum lock_state {
#include "charge/tbl/lock_state.h"
};
#undef X
#define X(id, name, colour) CAMERA_##id,
enum camera_vendor {
#include "charge/tbl/camera_vendor.h"
};
#undef X
#define X(id, name, colour) PLATE_##id,
enum plate_colour {
#include "charge/tbl/plate_colour.h"
};
#undef X
#define X(id, name, colour) TOLD_##id,
enum bay_event_kind {
#include "charge/tbl/bay_event_kind.h"
};
#undef X
#define X(id, name, colour) OUTCOME_##id,
enum bay_outcome {
#include "charge/tbl/bay_outcome.h"
};
#undef X
#define X(id, name, colour) STAY_##id,
enum stay_end {
#include "charge/tbl/stay_end.h"
};
#undef X
#define X(id, name, colour) OCCUPANCY_BY_##id,
enum occupancy_way {
#include "charge/tbl/occupancy_way.h"
};
#undef X
#define X(id, name, colour) OCCUPANCY_##id,
enum occupancy_end {
#include "charge/tbl/occupancy_end.h"
};
#undef X
#define X(id, name, colour) WISH_##id,
enum camera_wish {
#include "charge/tbl/camera_wish.h"
};
#undef X

#define X(id, name, colour) RESERVATION_##id,
enum reservation_state {
#include "charge/tbl/reservation_state.h"
};
#undef X
#define X(id, name, colour) BOOKING_FEE_##id,
enum booking_fee {
#include "charge/tbl/booking_fee.h"
};
#undef X
#define X(id, name, colour) RESERVATION_BY_##id,
enum reservation_end {
#include "charge/tbl/reservation_end.h"
};
#undef X

#define X(id, name, colour) TOKEN_##id,
enum token_kind {
#include "charge/tbl/token_kind.h"
};
#undef X

/* Word of a value ("" if out of range), value of a word (-1 if unknown), row of a word (NULL). */
const char *choice_name(const struct choices *list, int value);
int choice_value(const struct choices *list, const char *name);
const struct choice *choice_find(const struct choices *list, const char *name);

#endif
