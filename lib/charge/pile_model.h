/* pile_model.h - brands and models: what a pile of a model can do and the connectors it comes with,
 * and who may charge where not everybody may (D2, D17).
 * Owns nothing. Serves the screens of piles, what is sent to them, the judging of starts. */
#ifndef CHARGE_PILE_MODEL_H
#define CHARGE_PILE_MODEL_H

#include "charge/choice.h"
#include "db/db.h"

#define X(id, name, colour) ABILITY_##id,
enum pile_ability {
#include "charge/tbl/pile_ability.h"
ABILITIES };
#undef X

/* Can the pile do that? One without a model can do everything. */
NEOERR *pile_can(struct db *db, int64_t pile_id, enum pile_ability ability, bool *can) CHECKED;

#define MODEL_CONNECTORS 24
struct pile_model {
	char brand[161], name[241], kind[9], protocol[13], current_type[5];
	bool enabled, can[ABILITIES];
	int connectors;                     /* all of them */
	struct { char type[17], name[241]; } connector[MODEL_CONNECTORS];
	/* as the columns say, "" where they are empty */
	char rated_power[16], rated_voltage[16], rated_current[16];
};
/* *found false: no such model. Connectors without a name of their own have name "". */
NEOERR *pile_model_find(struct db *db, int64_t id, struct pile_model *out, bool *found) CHECKED;

/* D2: who is not named does not charge at a reserved or private pile; at a public one all may. */
NEOERR *pile_member_may(struct db *db, int64_t pile_id, int64_t member_id, bool *may) CHECKED;

#endif
