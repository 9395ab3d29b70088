/* load.h - a station's power limit kept by telling its charging piles how much each may take (W4).
 * Owns tables station_load, load_share, load_sample. Serves the gateway's taker and the station's
 * page. */
#ifndef CHARGE_LOAD_H
#define CHARGE_LOAD_H

#include "charge/load_share.h"
#include "db/db.h"

#define LOAD_EVERY 2                 /* seconds between two divisions of one station */

/* Stations with a limit, or that had one until now, whose turn it is: their piles' shares are
 * computed anew, and who gets another one is told by a command. Those that get more wait until the
 * others have answered that they take less. Several gateways may call it: each station is divided
 * by one of them. */
NEOERR *load_turn(struct db *db) CHECKED;

#endif
