/* menu.h - the menu: groups and entries that the asker may list, the active one marked.
 * Owns nothing. Serves the layout, by render_page.
 *
 * Menu.<g> = label, .name, .active; Menu.<g>.entry.<i> = label, .name, .href, .active. */
#ifndef CGI_MENU_H
#define CGI_MENU_H

#include "cgi/request.h"

/* A page by hand in the menu, beside the resources: group before which resource it stands,
 * Text.menu.<name>, its permission (NULL: any user). */
struct menu_page { const char *group, *name, *path, *permission, *before; };
extern const struct menu_page menu_pages[];      /* ends with a NULL name: cgi/screen/screens.c */

/* Page.active names the entry ("pile"); groups are Text.menu.<group>, resources Text.<resource>. */
NEOERR *menu_fill(struct request *req) CHECKED;

#endif
