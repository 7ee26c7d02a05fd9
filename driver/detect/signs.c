/*
 * Names and addresses in Chinese, Japanese and Korean, whose words have no
 * blanks between them.
 */
#include <string.h>

#include "internal.h"
#include "words.h"

/* Family names of one sign, most frequent first. */
static const char chinese[] =
	"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
	"丁"
	"魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹"
	"黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅"
	"莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景"
	"薄单包司柏宁柯阮桂闵解强柴华车冉房边陳張劉楊趙黃吳孫馬羅鄭謝韓馮許鄧蕭葉蔣盧蘇鍾賈龔賴";
static const char korean[] =
	"김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주"
	"우구민나진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인"
	"맹제모탁국어은편용봉경사부";
/* Family names of Japan, of two signs or more. */
static const char japanese[] = " 佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤 吉田 山田 "
			       "佐々木 山口 松本 井上 木村 斎藤 清水 "
			       "山崎 阿部 森 池田 橋本 石川 山下 小川 石井 長谷川 後藤 岡田 近藤 "
			       "前田 藤田 遠藤 青木 坂本 村上 太田 "
			       "金子 藤井 福田 西村 三浦 竹内 中川 岡本 松田 原田 中野 小野 田村 "
			       "藤原 中山 石田 小島 和田 森田 内田 "
			       "柴田 酒井 原 高木 横山 安藤 宮崎 上田 島田 工藤 大野 宮本 杉山 "
			       "今井 丸山 増田 高田 村田 平野 大塚 "
			       "菅原 武田 新井 小山 野口 桜井 千葉 岩崎 佐野 谷口 上野 松井 河野 "
			       "市川 渡部 野村 菊地 木下 杉本 久保 "
			       "古川 大西 島 尾崎 柳田 杉原 黒田 服部 川上 川口 樋口 熊谷 浜田 "
			       "水野 望月 永井 小松 矢野 片山 本田 "
			       "川崎 吉川 秋山 久保田 五十嵐 北村 西田 関 松尾 辻 萩原 川村 大久保 "
			       "荒木 星野 松下 沢田 須藤 平田 "
			       "土屋 吉村 堀 桑原 石原 早川 大島 根本 小池 飯田 高野 福島 馬場 "
			       "中島 斉藤 西川 山内 平井 浅野 岩田 ";

struct signs {
	size_t han, kana, hangul, other, digits;
	char first[4], second[4], last[4], last_but_one[4];
	bool place;   /* a sign that ends names of places or companies */
	bool address; /* a sign that streets and numbers of houses have */
};

static bool holds(const char *text, const char *sign)
{
	return sign[0] != '\0' && strstr(text, sign) != NULL;
}

static void note(struct signs *signs, const char *sign, int32_t point)
{
	if (point >= 0x3040 && point <= 0x30FF)
		signs->kana++;
	else if (point >= 0xAC00 && point <= 0xD7A3)
		signs->hangul++;
	else
		signs->han++;
	memcpy(signs->last_but_one, signs->last, 4);
	memcpy(signs->last, sign, 4);
	if (signs->han + signs->kana + signs->hangul == 1)
		memcpy(signs->first, sign, 4);
	if (signs->han + signs->kana + signs->hangul == 2)
		memcpy(signs->second, sign, 4);
	signs->place |= holds("市県省州区区町村社司店部局院校银銀行駅", sign);
	signs->address |=
		holds("路街道巷弄号號丁目番町区區市村县縣座栋楼樓室로길동구시읍면리", sign);
}

static void read_signs(struct gh_span text, struct signs *signs)
{
	size_t at = 0;

	while (at < text.length) {
		size_t start = at;
		int32_t point = gh_utf8_next(text, &at);
		char sign[4] = "";

		if (point < 0) {
			at = start + 1;
			signs->other++;
		} else if ((point >= 0x3040 && point <= 0x30FF) ||
			   (point >= 0x3400 && point <= 0x9FFF) ||
			   (point >= 0xAC00 && point <= 0xD7A3)) {
			memcpy(sign, text.bytes + start, 3);
			note(signs, sign, point);
		} else if (point >= '0' && point <= '9') {
			signs->digits++;
		} else if (point != ' ' && point != 0x3000 && point != 0xB7 && point != 0x3005) {
			signs->other++;
		}
	}
}

static bool is_japanese_name(const struct signs *signs)
{
	char key[16];

	if (signs->kana >= 2 && signs->han >= 1 && signs->kana + signs->han <= 7)
		return true;
	key[0] = ' ';
	memcpy(key + 1, signs->first, 3);
	memcpy(key + 4, signs->second, 3);
	key[7] = ' ';
	key[8] = '\0';
	return strstr(japanese, key) != NULL;
}

static bool is_name(const struct signs *signs)
{
	size_t all = signs->han + signs->kana + signs->hangul;

	if (signs->digits + signs->other > 0 || all == 0)
		return false;
	if (signs->hangul == all)
		return all <= 4 && holds(korean, signs->first);
	if (all > 6 || signs->place)
		return false;
	return (all <= 4 && signs->han == all && holds(chinese, signs->first)) ||
	       (all >= 2 && signs->second[0] != '\0' && is_japanese_name(signs));
}

/* Their UTF-8 begins with 0xE3 and above. */
static bool has_signs(struct gh_span text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.bytes[i] >= 0xE3)
			return true;
	return false;
}

void gh_detect_signs_count(struct gh_span text, struct gh_detect_words *out)
{
	struct signs signs = { 0 };

	if (!has_signs(text))
		return;
	read_signs(text, &signs);
	out->wordless = signs.han + signs.kana + signs.hangul;
	out->cjk_name = is_name(&signs);
	out->cjk_address = signs.address && signs.digits > 0 && out->wordless >= 3;
}
