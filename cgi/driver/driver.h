/* driver.h - what the driver's pages share.
 * Owns the route tables of cgi/driver. Serves driver.c. */
#ifndef CGI_DRIVER_H
#define CGI_DRIVER_H

#include "cgi/route.h"
#include "charge/choice.h"
#include "charge/payment.h"
#include "charge/session.h"

extern const struct route place_routes[];        /* /c/: where one stands, start */
extern const struct route session_routes[];      /* /d/session: live, stop, bill */
extern const struct route station_routes[];      /* /d/stations: list and map, /d/private */
extern const struct route member_routes[];       /* /d/: log-in, my page */
extern const struct route wallet_routes[];       /* /d/wallet, /d/payment */
extern const struct route reservation_routes[];  /* /d/reservation: bookings */
extern const struct route invoice_routes[];      /* /d/invoice */
extern const struct route receipt_routes[];      /* /d/receipt, and what a scanned one says */
extern const struct route review_routes[];       /* stars for a charge, /d/feedback */
extern const struct route fleet_routes[];        /* /d/fleet: its administrator */
extern const struct route vehicle_routes[];      /* /d/vehicle, /d/fleet/<id>/vehicle */
extern const struct route plan_routes[];         /* /d/fleet/<id>/plan */
extern const struct route remote_routes[];       /* /d/remote: at partner platforms */
extern const struct route sandbox_routes[];      /* /dev/sms: codes of the SMS sandbox */

/* Whom a driver calls (G12): the station's own number, else its provider's (pr), else the
 * platform's. */
#define DRIVER_HOTLINE(station) "COALESCE(NULLIF(" station ".hotline, ''), NULLIF(pr.service_phone, '')," \
	" (SELECT hs.value FROM setting hs WHERE hs.name = 'service_phone'), '')"

/* A connector as a driver sees it. */
struct place {
	int64_t connector_id, pile_id, station_id, provider_id;
	const char *code, *connector, *pile, *station, *address, *hours, *hotline;
	/* of an online pile: offline means not reported yet */
	enum connector_state state;
	bool online, enabled, plate_required, card_only, own_only, starts_alone;
	const char *disabled;                /* "pile" or "connector" that is switched off, else "" */
	enum start_refusal refusal;          /* why one need not try */
};
/* By the code on the sticker; ERR_NOT_FOUND if there is none. Texts live in the request. */
NEOERR *place_get(struct request *req, const char *code, struct place *out) CHECKED;

/* Prices, what else is charged, amounts and hours offered, into Price, Bike, Preset and Hours;
 * nothing where no tariff is in force. */
NEOERR *price_put(struct request *req, int64_t pile_id) CHECKED;
/* Its page, with the reason of a refusal. */
NEOERR *place_page(struct request *req, const struct place *p,
	enum start_refusal refusal) CHECKED;
/* A plate as it was typed into `name`, without blanks, in capitals; NULL: none, or none at all. */
const char *plate_given(struct request *req, const char *name);
/* Fleets: those that the driver administers. */
NEOERR *fleets_mine_put(struct request *req) CHECKED;
/* The fleet of the address into Fleet; ERR_NOT_FOUND unless the driver administers it. */
NEOERR *fleet_enter(struct request *req, int64_t *id, int64_t *provider_id) CHECKED;

/* Book: what a booking of this connector would cost, or until when it is kept for this driver. */
NEOERR *booking_put(struct request *req, const struct place *p) CHECKED;

/* The page of the own order :id. */
NEOERR *session_shown(struct request *req) CHECKED;
/* Receipt: that of an order, or until when it may be taken. */
NEOERR *receipt_put(struct request *req, int64_t session_id) CHECKED;

/* Review: the stars given to a charge and what was answered, or the form. */
NEOERR *review_put(struct request *req, const struct session_view *v) CHECKED;

/* Why a payment is not begun, as a sentence. */
bool payment_in_app(const struct request *req);  /* the phone's page stands inside WeChat */
const char *payment_refused(struct request *req, enum payment_refusal refusal);

/* Numbers for people: "1.50" (money), "1.2345" or "1.23456" (price), the whole number but at least
 * two decimals (fee of a line), "12.340" (kWh), kWh with all its digits where a bill is checked
 * by hand. */
const char *say_money(struct request *req, int64_t v);
const char *say_price(struct request *req, int64_t v);
const char *say_exact(struct request *req, int64_t v);
const char *say_energy(struct request *req, int64_t v);
const char *say_energy_exact(struct request *req, int64_t v);
const char *say_seconds(struct request *req, int64_t seconds);       /* "1:02:03" */
/* "08:30" of a minute of the day (1440: "24:00"). */
const char *say_minute(struct request *req, int minute);
/* Text.choice.<list>.<word> and its colour into path and path.colour. */
NEOERR *put_choice(struct request *req, const struct choices *list, int value,
	const char *path) CHECKED;

#endif
