/* card_list.h - the cards that piles keep for when they are offline, told to each by itself after
 * every change (M24, W15).
 * Owns card_list_head, card_list_change, card_list_pile. Serves cards, tokens, members, commands.
 *
 * A change names a number; whether a pile should know it is asked when the pile is told. Each pile
 * has at most one command that waits, whatever changes meanwhile, and hears a page a command. */
#ifndef CHARGE_CARD_LIST_H
#define CHARGE_CARD_LIST_H

#include "charge/command.h"

/* Something changed about the card with this chip number ("" or NULL: none): in the tx of the
 * change, before or after it. */
NEOERR *card_list_touch(struct db *db, int64_t provider_id, const char *number,
	int64_t by) CHECKED;
/* The same for a card with money of its own, for all cards of a member (stopped, back again), of a
 * card product. */
NEOERR *card_list_touch_card(struct db *db, int64_t card_id, int64_t by) CHECKED;
NEOERR *card_list_touch_member(struct db *db, int64_t member_id, int64_t by) CHECKED;
NEOERR *card_list_touch_product(struct db *db, int64_t product_id, int64_t by) CHECKED;
/* The pile hears all of it again. */
NEOERR *card_list_again(struct db *db, int64_t pile_id, int64_t by) CHECKED;

/* What a sync_cards command that is about to be sent says: c becomes set_cards or clear_cards with
 * its words (value 1: the first page of a whole list). *nothing: the pile knows all. Outside the
 * tx that took it. */
NEOERR *card_list_fill(struct db *db, struct command *c, bool *nothing) CHECKED;
/* The pile answered a command; if it was a page, the next one waits. In the tx of the answer. */
NEOERR *card_list_answered(struct db *db, int64_t command_id, bool ok) CHECKED;
/* Piles that are there and behind, and cards that ran out; *told: commands made. */
NEOERR *card_list_sweep(struct db *db, int64_t *told) CHECKED;

#endif
