/* fault.h - the fault code on a pile's own screen and what its fault lamp does (D16).
 * Owns the table in tbl/fault.h: bit by bit, with the lamp. Serves the decoder page. */
#ifndef CHARGE_FAULT_H
#define CHARGE_FAULT_H

#include "base/error.h"

#define FAULT_LAMP_STEADY 0
#define FAULT_LAMP_SLOW (-1)             /* else: flashes in three seconds */
#define FAULT_LAMPS 8

#define X(id, name, lamp) FAULT_##id,
enum fault {
#include "charge/tbl/fault.h"
FAULTS };
#undef X

const char *fault_name(enum fault f);    /* Text.choice.fault.<name> */
int fault_lamp(enum fault f);
/* The code is the decimal sum of the bits' values: "0072" is 64 + 8. false: no such number, or a
 * bit that is reserved. *bits has one for each fault. */
bool fault_read(const char *code, unsigned *bits);

#endif
