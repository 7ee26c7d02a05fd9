/*
 * Addresses of the net: mail, hardware, IPv6, URLs with a password.
 * Made to C by re2c; the cell ends with a NUL, which each rule names.
 */
#include "driver/detect/scan.h"

/*!re2c
	re2c:define:YYCTYPE = "unsigned char";
	re2c:define:YYCURSOR = at;
	re2c:define:YYMARKER = marker;
	re2c:yyfill:enable = 0;
	re2c:indent:top = 1;

	end = "\x00";
	D = [0-9];
	L = [A-Za-z];
	A = [A-Za-z0-9];
*/

enum gh_detect_shape gh_detect_scan_net(const unsigned char *text, const unsigned char *end)
{
	const unsigned char *at = text;
	const unsigned char *marker = text;
	enum gh_detect_shape shape = GH_DETECT_SHAPE_NONE;

	(void)marker;
/*!re2c
	([A-Za-z0-9!#$%&\x27*+=?^_`{|}~\x80-\xff-] [A-Za-z0-9.!#$%&\x27*+=?^_`{|}~\x80-\xff-]* "@" ([A-Za-z0-9\x80-\xff] [A-Za-z0-9\x80-\xff-]* ".")+ ([A-Za-z\x80-\xff]{2,} | "xn--" [A-Za-z0-9-]{2,})) end
		{ shape = GH_DETECT_SHAPE_EMAIL; goto out; }
	([0-9A-Fa-f]{2} (":" [0-9A-Fa-f]{2}){5}
	 | [0-9A-Fa-f]{2} ("-" [0-9A-Fa-f]{2}){5}
	 | [0-9A-Fa-f]{4} "." [0-9A-Fa-f]{4} "." [0-9A-Fa-f]{4}) end
		{ shape = GH_DETECT_SHAPE_MAC; goto out; }
	(([0-9A-Fa-f]{1,4} ":"){7} [0-9A-Fa-f]{1,4}
	 | ([0-9A-Fa-f]{1,4} ":"){1,6} (":" [0-9A-Fa-f]{1,4}){1,6} ("%" A+)?
	 | ([0-9A-Fa-f]{1,4} ":"){1,7} ":"
	 | "::" ([0-9A-Fa-f]{1,4} ":"){0,6} [0-9A-Fa-f]{1,4}
	 | ([0-9A-Fa-f]{1,4} ":"){6} D{1,3} ("." D{1,3}){3}
	 | "::" [Ff]{4} ":" D{1,3} ("." D{1,3}){3}) end
		{ shape = GH_DETECT_SHAPE_IPV6; goto out; }
	(L [A-Za-z0-9+.-]+ "://" [^\x00 \t\r\n/?#@:]* ":" [^\x00 \t\r\n/?#@]+ "@" [^\x00 \t\r\n@/?#]+ [^\x00 \t\r\n]*) end
		{ shape = GH_DETECT_SHAPE_URL_PASSWORD; goto out; }
	* { return GH_DETECT_SHAPE_NONE; }
*/
out:
	return at == end + 1 ? shape : GH_DETECT_SHAPE_NONE;
}
