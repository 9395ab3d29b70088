/* banned.h - functions that do not compile in this house; the name to use instead stands in each
 * message. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets atoi atol atof rand srand system localtime gmtime

#endif
