/* card.h - cards with money of their own: where they count, issued of a product by a property, paid
 * by their holder or by a fleet; the gift of a recharge (M3-M6).
 * Owns nothing of its own; writes card rows. Serves screens, starts by card. */
#ifndef CHARGE_CARD_H
#define CHARGE_CARD_H

#include "charge/choice.h"
#include "db/db.h"

#define CARD_BONUS 200                       /* characters of a product's rule */

/* SQL: card k counts at station s (aliases as string literals). One of a product: at the stations
 * its product names, at all of the property's if it names none. */
#define CARD_FITS(k, s) \
	"if(" k ".product_id is null, " k ".provider_id = " s ".provider_id and (" k ".station_id is" \
	" null or " k ".station_id = " s ".id), if(exists (select 1 from card_product_station b where" \
	" b.product_id = " k ".product_id and b.deleted = 0), exists (select 1 from" \
	" card_product_station b where b.product_id = " k ".product_id and b.station_id = " s ".id" \
	" and b.deleted = 0), " s ".property_id = " k ".property_id))"

/* Why a card is not issued (data, not an error); Text.card.refused.<name>. */
enum card_refusal {
	CARD_FINE, CARD_PRODUCT_OFF, CARD_FLEET_NEEDED, CARD_FLEET_NOT, CARD_FLEET_OFF,
	CARD_FLEET_SHORT, CARD_HOLDER_OFF, CARD_HOLDER_OTHER, CARD_NUMBER_NEEDED, CARD_LOGICAL_TAKEN,
	CARD_PHYSICAL_TAKEN
};
const char *card_refusal_name(enum card_refusal r);

/* 发卡 (M4, M5), in the caller's tx. The product must be property_id's. The holder is found by his
 * phone; who is new becomes a member. price is paid by hand or from the fleet's cash, never on its
 * credit; of it up to face is the card's cash, what is above is the fee of the card; face above it
 * is a gift. Amounts 1e-5 yuan. */
struct card_order {
	int64_t product_id, property_id, fleet_id, expires_at, by;     /* expires_at 0: never */
	const char *phone, *name, *logical_no, *physical_no;           /* numbers: "" none */
	const char *operator, *once;             /* once: what makes it happen once */
};
struct card_issued { int64_t card_id, member_id, missing; char no[10]; };
NEOERR *card_issue(struct db *db, const struct card_order *o, struct card_issued *out,
	enum card_refusal *refusal) CHECKED;

/* Is the number another card's, of either kind of card? id 0: a new one. */
NEOERR *card_number_taken(struct db *db, const char *number, bool physical, int64_t id,
	bool *taken) CHECKED;

/* "100+10 200+30": what is given on top of so much cash, the highest step that is reached. false:
 * the rule cannot be read. */
bool card_bonus(const char *rule, int64_t cash, int64_t *gift);
/* By the card's product; 0 without one. */
NEOERR *card_bonus_of(struct db *db, int64_t card_id, int64_t cash, int64_t *gift) CHECKED;

#endif
