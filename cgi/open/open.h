/* open.h - what the interfaces for the outside share.
 * Owns the route tables of cgi/open. Serves open.c. */
#ifndef CGI_OPEN_H
#define CGI_OPEN_H

#include "cgi/route.h"

extern const struct route channel_routes[];      /* /open/channel: callbacks of payment channels */
extern const struct route firmware_routes[];     /* /open/firmware: programs that piles fetch */
extern const struct route exchange_routes[];     /* /open/evcs: other platforms, T/CEC 102 */
extern const struct route parking_routes[];      /* /open/parking: chargers and gates of lots */

#endif
