/*
 * Keys, tokens, hashes and wallets.
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

enum gh_detect_shape gh_detect_scan_token(const unsigned char *text, const unsigned char *end)
{
	const unsigned char *at = text;
	const unsigned char *marker = text;
	enum gh_detect_shape shape = GH_DETECT_SHAPE_NONE;

	(void)marker;
/*!re2c
	"eyJ" [A-Za-z0-9_-]{8,} "." "eyJ"? [A-Za-z0-9_-]{8,} "." [A-Za-z0-9_-]* end
		{ shape = GH_DETECT_SHAPE_JWT; goto out; }
	(("AKIA" | "ASIA" | "AROA" | "AIDA" | "AGPA" | "ANPA" | "ANVA" | "ABIA" | "ACCA") [A-Z0-9]{16}) end
		{ shape = GH_DETECT_SHAPE_AWS; goto out; }
	("gh" [pousr] "_" A{36,}
	 | "github_pat_" [A-Za-z0-9_]{40,}) end
		{ shape = GH_DETECT_SHAPE_GITHUB; goto out; }
	("gl" ("pat" | "dt" | "rt" | "cbt" | "ptt" | "soat" | "ft") "-" [A-Za-z0-9_-]{20,}) end
		{ shape = GH_DETECT_SHAPE_GITLAB; goto out; }
	("xox" [abeoprs] "-" [A-Za-z0-9-]{10,}
	 | "xapp-" D "-" [A-Za-z0-9-]{10,}
	 | "https://hooks.slack.com/services/" [A-Z0-9]+ "/" [A-Z0-9]+ "/" A{10,}) end
		{ shape = GH_DETECT_SHAPE_SLACK; goto out; }
	("AIza" [A-Za-z0-9_-]{35}
	 | "ya29." [A-Za-z0-9_-]{20,}
	 | "GOCSPX-" [A-Za-z0-9_-]{20,}) end
		{ shape = GH_DETECT_SHAPE_GOOGLE; goto out; }
	([sr] "k_" ("live" | "test") "_" A{16,}
	 | "whsec_" [A-Za-z0-9+/=]{24,}) end
		{ shape = GH_DETECT_SHAPE_STRIPE; goto out; }
	("sk-" ("proj-" | "svcacct-" | "admin-" | "ant-" [a-z0-9]+ "-" | "or-v1-")? [A-Za-z0-9_-]{20,}) end
		{ shape = GH_DETECT_SHAPE_OPENAI; goto out; }
	("npm_" A{36}
	 | "SG." [A-Za-z0-9_-]{16,} "." [A-Za-z0-9_-]{16,}
	 | "hf_" A{30,}
	 | "dop_v1_" [a-f0-9]{64}
	 | "shp" ("at" | "ca" | "pa" | "ss") "_" [a-fA-F0-9]{32}
	 | "SK" [0-9a-f]{32}
	 | "key-" [0-9a-f]{32}
	 | D{8,10} ":" "AA" [A-Za-z0-9_-]{33}
	 | "sq0" [a-z]{3} "-" [A-Za-z0-9_-]{22,}
	 | "EAAC" A{30,}
	 | "AGE-SECRET-KEY-1" [A-Z0-9]{58}
	 | "pypi-" [A-Za-z0-9_-]{50,}
	 | "dckr_pat_" [A-Za-z0-9_-]{20,}
	 | "hv" [sb] "." [A-Za-z0-9_-]{24,}
	 | "lin_api_" A{30,}
	 | "rk_" ("live" | "test") "_" A{16,}
	 | "PMAK-" [a-f0-9]{24} "-" [a-f0-9]{34}
	 | "NRAK-" [A-Z0-9]{27}
	 | "sntrys_" [A-Za-z0-9_=+/]{40,}
	 | "glsa_" A{32} "_" [a-f0-9]{8}
	 | "xkeysib-" [a-f0-9]{64} "-" A{16}
	 | "access_token$production$" [a-z0-9]+ "$" [a-f0-9]+) end
		{ shape = GH_DETECT_SHAPE_VENDOR; goto out; }
	("$" ("2" [abxy]? | "argon2" ("id" | "i" | "d") | "1" | "5" | "6" | "7" | "y" | "apr1" | "P" | "H" | "S" | "scrypt" | "pbkdf2" [a-z0-9-]* | "sha1" | "md5") "$" [!-~]{16,}
	 | "$" [PHS] "$" [./0-9A-Za-z]{31,}
	 | ("pbkdf2_sha" D+ | "bcrypt_sha256" | "argon2" | "scrypt" | "sha1" | "pbkdf2:sha" D+ (":" D+)? | "scrypt:" D+ ":" D+ ":" D+) "$" [!-~]{16,}
	 | "{" ("S"? "SHA" | "SSHA256" | "SSHA512" | "SMD5" | "CRYPT" | "PBKDF2" [A-Z0-9-]* | "BCRYPT" | "ARGON2") "}" [!-~]{16,}
	 | "md5" [0-9a-f]{32}
	 | "SCRAM-SHA-256$" D+ ":" [!-~]{20,}
	 | "*" [0-9A-F]{40}) end
		{ shape = GH_DETECT_SHAPE_HASH; goto out; }
	[13] [1-9A-HJ-NP-Za-km-z]{25,34} end
		{ shape = GH_DETECT_SHAPE_BTC; goto out; }
	(("bc1" | "tb1") [02-9ac-hj-np-z]{25,87}
	 | ("BC1" | "TB1") [02-9AC-HJ-NP-Z]{25,87}) end
		{ shape = GH_DETECT_SHAPE_BECH32; goto out; }
	"0x" [0-9a-fA-F]{40} end
		{ shape = GH_DETECT_SHAPE_ETH; goto out; }
	[A-Za-z0-9/+]{40} end
		{ shape = GH_DETECT_SHAPE_BASE64_40; goto out; }
	* { return GH_DETECT_SHAPE_NONE; }
*/
out:
	return at == end + 1 ? shape : GH_DETECT_SHAPE_NONE;
}
