"""What the finder of names knows of Chinese names: tables, no code to speak of.

>>> simplified("陳麗華女士"), spelled("司马小芳")
('陈丽华女士', ['sima', 'xiaofang'])
>>> surname_of("欧阳娜"), surname_of("李建国"), surname_of("司马")
('欧阳', '李', '司')
"""

import re

COMPOUND = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "夏侯",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "长孙",
        "宇文",
        "司徒",
        "东方",
        "南宫",
        "令狐",
        "端木",
        "独孤",
        "轩辕",
        "呼延",
        "钟离",
        "闻人",
        "东郭",
        "西门",
        "申屠",
        "太史",
        "公冶",
        "澹台",
        "赫连",
        "濮阳",
        "淳于",
        "单于",
        "百里",
        "第五",
        "纳兰",
        "完颜",
        "司空",
        "万俟",
        "闾丘",
    ]
)
#: The usual surnames; without those that are little words in nearly every sentence.
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许吕张孔曹严华魏陶姜戚谢邹喻柏窦章苏潘葛"
    "奚范彭郎鲁韦马苗方俞袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安傅卞齐康伍余顾孟黄"
    "穆萧尹姚邵汪祁毛狄米戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵季贾路江童颜郭梅盛林钟徐邱"
    "骆高夏蔡田樊胡凌霍虞万柯管卢莫房裘缪丁邓郁单洪包左石崔吉龚程邢裴陆荣翁荀甄芮储"
    "金靳段焦巴谷侯宓全班仰秋仲伊宁仇栾甘厉祖武符刘景詹束龙叶幸司黎薄白蒲邰鄂赖卓蔺屠"
    "蒙池乔胥苍闻莘翟谭申扶冉宰桑桂牛边燕冀尚温庄晏柴瞿阎慕茹习艾容古易廖耿匡文寇欧"
    "沃利蔚越夔隆师巩聂晁勾敖冷辛阚饶曾沙丰关查荆游竺权盖岳帅缑亢况郑涂肖佟闫苟付"
)
#: Such little words, which are surnames only right before a title.
RARE_SURNAMES = frozenset("于何任常")
#: After such a sign these surnames make everyday words with 小 or 老.
COLLOQUIAL = {
    "高": "层中学度", "康": "", "白": "菜鼠花领", "黄": "车瓜书狗", "米": "", "麦": "",
    "方": "块案", "花": "", "毛": "病巾", "孙": "子女辈", "金": "额库", "马": "路",
    "钱": "包", "石": "子块头", "龙": "虾", "时": "", "路": "", "车": "", "店": "",
    "区": "", "学": "", "门": "", "组": "", "师": "", "人": "", "年": "", "板": "",
    "家": "", "心": "", "说": "", "雨": "", "雪": "", "吃": "", "事": "", "本": "",
    "平": "房台", "包": "裹", "江": "", "田": "", "林": "", "水": "", "成": "", "公": "",
    "文": "", "万": "", "华": "", "程": "", "项": "", "武": "", "全": "", "班": "",
    "燕": "", "鱼": "", "牛": "", "叶": "", "红": "", "明": "",
}  # fmt: skip
#: Given names that are ordinary words: alone they name somebody only where one speaks.
ORDINARY = frozenset(
    [
        "建国",
        "和平",
        "建设",
        "国庆",
        "文明",
        "解放",
        "光明",
        "胜利",
        "幸福",
        "团结",
        "友谊",
        "进步",
        "卫生",
        "安全",
        "民生",
        "平安",
        "健康",
        "美丽",
        "高兴",
        "志愿",
        "公平",
        "建军",
        "爱国",
        "爱民",
        "自强",
        "长江",
        "黄河",
        "东方",
        "红星",
        "和谐",
        "诚信",
        "立新",
        "春天",
        "阳光",
        "永久",
        "明亮",
        "安静",
        "希望",
        "自立",
        "国家",
        "国际",
        "世界",
        "中华",
        "建成",
        "建新",
        "建立",
        "建业",
        "兴国",
        "立国",
        "爱家",
        "大伟",
        "晓得",
        "成功",
        "成长",
        "成立",
        "开放",
        "开明",
        "向阳",
        "向前",
        "前进",
        "朝阳",
        "青春",
        "春节",
        "国强",
        "清明",
        "重阳",
        "如意",
        "吉祥",
        "富强",
        "富贵",
        "丰收",
        "新华",
        "新民",
        "人民",
        "永远",
        "保护",
        "保国",
        "安心",
        "安宁",
        "宁静",
        "清洁",
        "清静",
        "天然",
        "自然",
        "正直",
        "公正",
        "正义",
        "正常",
        "正大",
        "大方",
        "大力",
        "大明",
        "小雨",
        "小雪",
        "小心",
        "晴天",
        "海洋",
        "海南",
        "南京",
        "北京",
    ]
)
#: What follows a name where it is that of a street, a place or a thing.
PLACES = [
    "路",
    "街",
    "大道",
    "大街",
    "道",
    "巷",
    "弄",
    "胡同",
    "桥",
    "村",
    "镇",
    "乡",
    "区",
    "县",
    "市",
    "省",
    "里",
    "门",
    "湾",
    "港",
    "庄",
    "屯",
    "桥",
    "浜",
    "宅",
    "园",
    "苑",
    "小区",
    "公园",
    "广场",
    "中学",
    "小学",
    "大学",
    "医院",
    "酒店",
    "饭店",
    "超市",
    "公司",
    "集团",
    "工业",
    "大厦",
    "站",
    "山",
    "湖",
    "河",
]
#: Who bears the surname in books.
FAMOUS = frozenset(
    [
        "司马迁",
        "司马光",
        "司马懿",
        "司马昭",
        "司马炎",
        "司马相如",
        "司马台",
        "欧阳修",
        "欧阳询",
        "诸葛亮",
        "诸葛孔明",
        "夏侯惇",
        "公孙龙",
        "皇甫谧",
        "上官婉儿",
        "慕容复",
        "东方红",
        "东方明珠",
    ]
)
_TRADITIONAL = (
    "陳陈張张劉刘黃黄趙赵吳吴孫孙馬马羅罗鄭郑謝谢許许韓韩馮冯鄧邓蕭萧曾曾葉叶蘇苏盧卢"
    "蔣蒋賈贾丁丁魏魏薛薛閻阎余余潘潘戴戴鍾钟鐘钟姜姜譚谭範范陸陆龔龚賴赖顧顾龍龙萬万"
    "錢钱湯汤嚴严華华齊齐歐欧陽阳諸诸長长東东軒轩轅辕單单於于聞闻麗丽國国偉伟強强軍军"
    "傑杰濤涛勳勋勝胜鳳凤蘭兰芬芬瓊琼瑩莹艷艳豔艳紅红綠绿雲云電电飛飞鵬鹏鶴鹤寶宝貴贵"
    "財财榮荣慶庆輝辉煒炜燦灿爾尔義义禮礼賢贤誠诚謙谦潔洁靜静寧宁嫻娴嬌娇媽妈爺爷師师"
    "傅傅務务總总經经書书記记長长隊队學学聖圣業业東东樹树棟栋楊杨樓楼機机櫻樱權权滿满"
    "澤泽溫温濱滨瀾澜燁烨珮佩瑋玮璽玺瓏珑畢毕盡尽碩硕禎祯穎颖積积節节築筑紀纪純纯紹绍"
    "維维綺绮緒绪纓缨繼继續续耀耀聰聪聯联肅肃臨临藝艺藍蓝薔蔷衛卫裡里覺觉觀观誼谊調调"
    "論论諾诺譽誉豐丰貞贞賀贺賓宾趙赵躍跃車车軼轶運运達达遠远遲迟鄒邹鋒锋銘铭銳锐錦锦"
    "鎮镇鏡镜鐵铁鑫鑫開开閔闵閃闪間间闊阔隆隆際际雙双韻韵頌颂預预願愿顏颜風风馨馨駿骏"
    "驍骁魯鲁鴻鸿鵑鹃鶯莺麥麦點点龐庞喬乔倫伦側侧傳传億亿儀仪優优兒儿兩两劍剑勁劲勞劳"
    "協协啟启喚唤嘯啸嘉嘉圓圆堯尧壽寿夢梦奮奋婭娅嬋婵孝孝實实審审將将對对導导尋寻層层"
    "島岛峽峡崢峥嵐岚嶺岭巒峦師师帥帅幹干廣广廳厅張张彥彦後后從从復复恆恒悅悦惠惠愛爱"
    "懷怀應应戀恋擇择撫抚數数斌斌時时曉晓曄晔曙曙會会朧胧條条棗枣楨桢榮荣樂乐歡欢歲岁"
)
_SIMPLIFIED = str.maketrans(_TRADITIONAL[::2], _TRADITIONAL[1::2])
#: How the usual signs of names are spelled without tones.
_SPELLED = {
    sign: sound
    for sounds in ["a阿", "ai爱艾", "an安", "ba巴", "bai白柏", "bao宝保包鲍", "bei贝北", "ben本", "bi毕碧", "bian边卞", "bin斌彬滨宾", "bing冰兵炳", "bo波博伯", "cai蔡才彩财", "can灿", "cao曹", "cen岑", "chai柴", "chang昌长畅常", "chao超朝", "chen陈晨辰沈", "cheng成程诚承", "chi池迟", "chong崇", "chu楚储褚", "chuan川传", "chun春纯淳", "cong聪丛", "cui崔翠", "da大达", "dai戴代", "dan丹单", "dao道", "de德", "deng邓登", "di迪狄", "dian典", "ding丁定", "dong东冬董栋", "dou窦", "du杜", "duan段端", "en恩", "er尔二儿", "fan范凡樊帆", "fang方芳房", "fei飞菲费", "fen芬", "feng冯峰锋丰凤枫", "fu付傅福富", "gan甘", "gang刚钢", "gao高", "ge葛戈", "geng耿", "gong龚宫公巩", "gu顾古谷", "guan关官管冠", "guang光广", "gui桂贵", "guo郭国果", "hai海", "han韩涵汉", "hang航杭", "hao郝浩豪昊好", "he何贺和荷河鹤", "heng恒", "hong洪红宏虹鸿", "hou侯", "hu胡虎湖", "hua华花化", "huai怀", "huan欢焕环", "huang黄皇", "hui惠慧辉会", "huo霍", "ji季吉纪继冀", "jia贾佳嘉家", "jian建健剑坚简", "jiang江姜蒋", "jiao焦娇", "jie杰洁捷", "jin金晋锦进瑾", "jing静晶景京敬靖荆", "jiu九久", "ju菊居", "juan娟", "jun军俊君骏钧", "kai凯开", "kang康", "ke柯可科", "kong孔", "kun坤昆", "lai赖来", "lan兰蓝岚", "lang郎朗", "lei雷蕾磊", "leng冷", "li李丽力莉立黎利理", "lian连莲廉", "liang梁亮良", "liao廖", "lin林琳霖", "ling凌玲灵令铃", "liu刘柳", "long龙隆", "lou娄楼", "lu鲁陆卢路露", "luan栾", "lun伦", "luo罗骆洛", "lv吕律", "ma马", "mai麦", "man满曼", "mao毛茂茅", "mei梅美媚", "meng孟梦萌", "mi米", "miao苗妙", "min敏民闵", "ming明铭鸣名", "mo莫墨", "mu穆木沐", "na娜那", "nan南楠", "ni倪妮", "nian年", "ning宁", "niu牛", "nuo诺", "ou欧", "pan潘盼", "pang庞", "pei裴佩培", "peng彭鹏", "pin品", "ping平萍", "pu蒲", "qi齐祁琪琦奇启", "qian钱倩谦", "qiang强", "qiao乔巧", "qin秦琴勤", "qing青清庆晴", "qiong琼", "qiu邱秋仇", "qu屈曲瞿", "quan全泉权", "ran冉然", "ren任仁人", "rong荣容蓉", "ru茹如", "ruan阮", "rui芮瑞锐睿", "ruo若", "run润", "sai赛", "san三", "sang桑", "sen森", "sha沙莎", "shan山珊善", "shang尚上", "shao邵少", "she佘", "shen沈申深", "sheng盛胜生圣", "shi石史施时世诗师十", "shou寿守", "shu舒淑书树", "shuai帅", "shuang双爽", "shun顺", "si司思四", "song宋松", "su苏素", "sui隋", "sun孙", "tan谭谈", "tang唐汤棠", "tao陶涛", "teng滕", "tian田天甜", "ting婷亭廷", "tong童彤佟", "tu涂屠", "wan万婉宛", "wang王汪旺望", "wei魏韦伟卫威薇维巍尉", "wen文温闻", "weng翁", "wu吴武伍吾五", "xi席习奚喜希西溪", "xia夏侠霞", "xian贤仙", "xiang项祥翔香向", "xiao肖萧小晓笑潇孝", "xie谢解", "xin辛欣新鑫馨心", "xing邢兴星", "xiong熊雄", "xiu秀修", "xu徐许旭", "xuan宣轩萱", "xue薛雪学", "xun荀", "ya雅亚娅", "yan严颜阎闫燕艳妍岩炎言", "yang杨阳洋扬", "yao姚尧瑶", "ye叶业", "yi易伊一依怡艺义毅仪益", "yin尹殷银音", "ying英莹颖应", "yong勇永咏", "you尤游友", "yu于余俞喻玉宇雨语瑜裕育", "yuan袁元媛圆远源", "yue岳月悦越", "yun云芸韵", "zeng曾", "zhai翟", "zhan詹", "zhang张章", "zhao赵昭兆", "zhe哲", "zhen甄珍真振贞镇", "zheng郑正政铮", "zhi志智芝之", "zhong钟仲忠中", "zhou周舟洲", "zhu朱祝竹珠", "zhuang庄", "zhuo卓", "zi子紫梓自", "zong宗", "zou邹", "zu祖", "zuo左"]
    for sound in [re.match("[a-z]+", sounds)[0]]
    for sign in sounds[len(sound) :]
}  # fmt: skip


def simplified(text):
    """Return a text with the usual traditional signs of names made simplified."""
    return text.translate(_SIMPLIFIED)


def surname_of(name):
    """Return the surname of a name in Chinese signs."""
    return name[:2] if len(name) > 2 and name[:2] in COMPOUND else name[:1]


def spelled(name):
    """Return surname and given name in Latin letters, empty if a sign is not known."""
    surname = surname_of(name)
    sounds = [_SPELLED.get(sign) for sign in name]
    if not all(sounds):
        return []
    cut = len(surname)
    return ["".join(sounds[:cut]), "".join(sounds[cut:])]
