"""What in a company's name says little about which company it is: legal forms, trade words, places, small words."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Written as folding writes them; of two that begin alike the longer is tried first.
LEGAL_PHRASES = tuple(
    _words(line)
    for line in """
    a dutch limited co
    closed joint stock company
    gesellschaft mit beschrankter haftung
    obshchestvo s ogranichennoy otvetstvennostyu
    open joint stock company
    public joint stock company
    sociedad de responsabilidad limitada
    societa a responsabilita limitata
    societatea cu raspundere limitata
    societe a responsabilite limitee
    sp z o o
    joint stock company
    limited liability company
    limited liability partnership
    private limited company
    public limited company
    s p zoo
    societa per azioni
    besloten vennootschap
    co inc
    co kg
    co limited
    co ltd
    kabushiki kaisha
    limited company
    limited partnership
    naamlooze vennootschap
    naamloze vennootschap
    private limited
    pte ltd
    pty ltd
    pvt ltd
    sdn bhd
    sociedad anonima
    societe anonyme
    sp zoo
    """.strip().splitlines()
)
LEGAL_WORDS = frozenset(
    _words(
        """
    ab ag aktiengesellschaft aps as asa ay bhd bv bvba cjsc co company corp corporation cv dd doo eg eurl ev gbr
    gesmbh gmbh gmbhco hf inc incorporated jsc kft kg kgaa kk lda limitada limited llc llp lp ltd ltda ltee mbh nv
    nyrt oao ohg ojsc oo ood ooo oy oyj pao pjsc plc pt pte pty pvt rt sa sab sae sagl sapi sarl sas sasu scpa
    scrl sdn se sl slu snc spa spj spk spol sprl spzoo srl sro tbk tov ug zao zoo zrt
    """
    )
)
LEGAL_FIRST = frozenset(
    _words(
        """
    ao bv cjsc jsc kk nv oao ojsc ooo pao pjsc pt sa sarl sas spa srl tov zao
    """
    )
)
GLUED = _words(
    """
    aktiengesellschaft aktiengeselschaft gmbh bv nv ltd inc llc
    """
)
SMALL_WORDS = frozenset(
    _words(
        """
    a an and da das de del der des di die do du el et for la las le les los of te the to und
    """
    )
)
TITLES = frozenset(
    _words(
        """
    dite firma kongelige koninkl koninklijke kungliga messrs royal societe
    """
    )
)
TRADE_WORDS = frozenset(
    _words(
        """
    agencies agency asia association bank brothers business capital care center centers centre chemical chemicals
    china commerce commercial communications company computer computers consulting cooperation cooperative day
    daycare department development digital distribution distributor distributors electric electrical electronic
    electronics elektronik enterprise enterprises equipment europe european export fabrieken factory finance
    financial food foods foundation fund general global group gruppe handel handels holding holdings home house
    import industrial industrie industries industry information institute insurance international internationale
    investment investments island lab labs logistics machinery management manufacturing market marketing materials
    media medical mobile motor motors national network networks office online organisation organization partners
    pharma pharmaceutical pharmaceuticals products project properties property retail sales school schools service
    services shop society software solution solutions state store stores supply system systems technologies
    technology telecom trade trading trust union university ventures wholesale works world
    """
    )
)
PLACE_WORDS = frozenset(
    _words(
        """
    africa african america american amsterdam anhui asia australia austria baoding beijing belgium berlin brasil
    brazil british canada changchun changsha changzhou chengdu china chongqing dalian deutsche deutschland
    dongguan dubai england espana europe finland foshan france fujian fuzhou gansu germany guangdong guangxi
    guangzhou guiyang guizhou haikou hainan hamburg handan hangzhou harbin hebei hefei heilongjiang henan hohhot
    holland hong hongkong hubei huizhou hunan india indonesia ireland italia italy japan jiangsu jiangxi jilin
    jinan jinhua kong korea kunming lanzhou liaoning linyi london luoyang macau madrid malaysia mexico milano
    moscow munich nanchang nanjing nanning nantong nederland netherlands ningbo norway paris poland portugal
    qingdao quanzhou russia schweiz shandong shanghai shantou shanxi shaoxing shenyang shenzhen shijiazhuang
    sichuan singapore spain suzhou sweden switzerland taiwan taiyuan taizhou tangshan thailand tianjin tokyo
    turkey uk urumqi usa vietnam weifang wenzhou wuhan wuxi xiamen xian xuzhou yantai yunnan zhejiang zhengzhou
    zhongshan zhuhai
    """
    )
)
SPELLINGS = dict(
    pair.split("=")
    for pair in _words(
        """
    acad=academy assn=association assoc=association bros=brothers centre=center centres=centers cntr=center
    colour=color comm=community dept=department elec=electronics electronic=electronics ind=industries
    inst=institute int=international internationale=international intl=international labour=labor
    mfg=manufacturing mgmt=management natl=national organisation=organization svc=service svcs=services
    tech=technology technologies=technology univ=university
    """
    )
)
NUMERALS = {
    word: str(number)
    for number, line in enumerate(
        """
    i one first 1st
    ii two second 2nd
    iii three third 3rd
    iv four fourth 4th
    v five fifth 5th
    vi six sixth 6th
    vii seven seventh 7th
    viii eight eighth 8th
    ix nine ninth 9th
    x ten tenth 10th
    xi eleven
    xii twelve
    xiii thirteen
    xiv fourteen
    xv fifteen
    xvi sixteen
    xvii seventeen
    xviii eighteen
    xix nineteen
    xx twenty
    """.strip().splitlines(),
        start=1,
    )
    for word in _words(line)
}
HAN_FORMS = _words(
    """
    股份有限公司 有限责任公司 控股有限公司 集团有限公司 有限公司 股份公司 株式会社 有限合伙 合伙企业
    个体工商户 总公司 分公司 公司
    """
)
HAN_TRADE = _words(
    """
    电子商务 信息技术 网络科技 电子科技 供应链 进出口 科技 技术 商贸 贸易 电子 电器 数码 家电 网络
    信息 实业 集团 控股 发展 投资 通讯 通信 经营部 商行 销售 国际 设备 工业 商业
    """
)
HAN_PLACES = _words(
    """
    中国 北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北
    湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 广州
    深圳 珠海 汕头 佛山 东莞 中山 惠州 江门 湛江 南京 苏州 无锡 常州 徐州 南通 扬州 镇江 盐城
    杭州 宁波 温州 嘉兴 湖州 绍兴 金华 台州 义乌 合肥 芜湖 福州 厦门 泉州 漳州 南昌 九江 济南
    青岛
    烟台 潍坊 淄博 临沂 郑州 洛阳 武汉 宜昌 襄阳 长沙 株洲 南宁 柳州 桂林 海口 三亚 成都 绵阳
    贵阳 遵义 昆明 西安 兰州 西宁 银川 乌鲁木齐 石家庄 唐山 保定 邯郸 太原 大同 呼和浩特 包头 沈阳
    大连 鞍山 长春 哈尔滨 大庆
    """
)
