//go:build !js

package words

// arNotices are the sentences of pages that say one thing and how to go on.
var arNotices = Messages{
	// What stands beside a page, for the scripts.
	"stay.heading":  "هل ما زلت هنا؟",
	"stay.idle":     "تُغلق هذه الصفحة بعد {time} لحماية معلوماتك.",
	"stay.ends":     "تُغلق هذه الصفحة بعد {time} ولا يمكن أن تبقى مفتوحة أكثر. أنهِ ما تفعله، أو افتحها مرة أخرى من البوابة.",
	"stay.minutes":  "{count, plural, zero {# دقيقة} one {دقيقة واحدة} two {دقيقتين} few {# دقائق} many {# دقيقة} other {# دقيقة}}",
	"stay.stay":     "البقاء في هذه الصفحة",
	"stay.go":       "متابعة",
	"leave.heading": "هل تريد مغادرة هذه الصفحة؟",
	"leave.why":     "تريد البوابة عرض صفحة دفع أخرى هنا.",
	"leave.typed":   "ستُمسح بيانات البطاقة التي أدخلتها.",
	"leave.go":      "الانتقال إلى الصفحة الأخرى",

	// The frame that a portal opens.
	"frame.opening":    "جارٍ فتح صفحة الدفع الآمنة…",
	"frame.lost":       "انقطع الاتصال، أو تأخر الجواب كثيراً. لم يُدفع شيء. حاول مرة أخرى.",
	"frame.call":       "إذا استمر ذلك، فاتصل بـ {practice}.",
	"frame.call.phone": "إذا استمر ذلك، فاتصل بـ {practice} على الرقم {phone}.",

	// The navigation.
	"nav.pay":        "الدفع",
	"nav.receipts":   "الإيصالات",
	"nav.cards":      "البطاقات",
	"nav.agreements": "البطاقة المسجلة",
	"nav.plan":       "خطة الدفع",

	// There is no session.
	"notice.portal":        "افتح صفحة الدفع من بوابتك",
	"notice.portal.how":    "تعمل هذه الصفحة عندما تأتي إليها من بوابة المرضى. سجّل الدخول هناك واختر دفع فاتورتك.",
	"notice.portal.signed": "لم تعد مسجلاً للدخول هنا، لذلك لم يُفعل شيء. إذا كنت قد ضغطت زر الدفع، فاطّلع على إيصالاتك قبل أن تدفع مرة أخرى.",
	"notice.portal.again":  "فتح صفحة الدفع مرة أخرى",

	// A launch is not taken.
	"launch.used":         "فُتحت صفحة الدفع هذه من قبل",
	"launch.used.why":     "لحمايتك، يعمل كل رابط إلى صفحة الدفع مرة واحدة.",
	"launch.again":        "عد إلى البوابة وافتح صفحة الدفع مرة أخرى.",
	"launch.expired":      "هذا الرابط إلى صفحة الدفع قديم جداً",
	"launch.refused":      "تعذر فتح صفحة الدفع",
	"launch.refused.next": "عد إلى البوابة وحاول مرة أخرى. إذا استمر ذلك، فاتصل بالعيادة.",

	// The page is not there, or for somebody else.
	"notice.missing":          "لا يوجد شيء هنا",
	"notice.missing.why":      "ربما كُتب العنوان خطأً، أو أنه يخص شخصاً آخر.",
	"notice.missing.portal":   "لدفع فاتورة، سجّل الدخول إلى بوابة المرضى وافتح صفحة الدفع هناك.",
	"notice.outdated":         "الصفحة التي استخدمتها قديمة",
	"notice.outdated.payment": "إنها تخص دفعة لشخص آخر. فُتحت منذ ذلك الحين صفحة دفع أخرى في هذا المتصفح. لم يُرسل شيء في هذه الخطوة.",
	"notice.outdated.page":    "فُتحت منذ ذلك الحين صفحة لشخص آخر في هذا المتصفح، أو كان ما أُرسل غير كامل. لم يُفعل به شيء.",
	"notice.outdated.sure":    "للتأكد من صاحب هذه الصفحة، افتح صفحة الدفع مرة أخرى من البوابة.",
	"notice.paying":           "أنت تدفع الآن عن {person}.",
	"notice.paying.heading":   "أنت تدفع الآن عن {person}",
	"notice.other":            "الصفحة التي استخدمتها كانت لشخص آخر. لم يُفعل بها شيء.",
	"notice.other.next":       "تابع عن {person}، أو اختر من تدفع عنه.",
	"notice.others":           "هذا يخص {person}: {attempt}. لم يُرسل شيء في هذه الخطوة.",
	"notice.others.next":      "للمتابعة، اختر {person} أولاً.",

	// Nothing can be paid now.
	"notice.nocards":          "لا تقبل هذه العيادة البطاقات عبر الإنترنت",
	"notice.nocards.call":     "لم يُرسل شيء. اتصل بالعيادة للدفع.",
	"notice.found":            "وُجدت دفعة",
	"notice.found.wait":       "ربما كانت للفواتير نفسها، لذلك لم يُرسل شيء جديد. قد يستغرق ظهورها في نظام العيادة يوماً. لا تدفع مرة أخرى.",
	"notice.status":           "{count, plural, zero {عرض حالتها} one {عرض حالتها} two {عرض حالتيهما} few {عرض حالاتها} many {عرض حالاتها} other {عرض حالاتها}}",
	"notice.unavailable":      "الدفع غير متاح الآن",
	"notice.unavailable.none": "لم يُخصم أي مبلغ. حاول لاحقاً أو اتصل بالعيادة.",
	"notice.unavailable.live": "لم يُرسل شيء جديد. نتيجة ما أرسلته سابقاً غير معروفة بعد.",
	"notice.unavailable.lost": "لم يُرسل شيء جديد. تجري مقارنة المدفوعات السابقة بنظام العيادة. إذا كنت قد دفعت بالفعل، فلا تدفع مرة أخرى.",
	"notice.unavailable.hour": "حاول بعد ساعة أو اتصل بالعيادة.",
	"notice.unavailable.paid": "لم يُرسل شيء جديد. حاول لاحقاً أو اتصل بالعيادة.",
	"notice.unread":           "تعذرت قراءة إحدى فواتيرك",
	"notice.unread.why":       "أرسل نظام العيادة فاتورة لا تفهمها هذه الصفحة. لذلك ليس مؤكداً ما عليك، ولا يمكن دفع شيء هنا حتى تراجعها العيادة.",
	"notice.unread.call":      "اتصل بالعيادة{phone, select, none {} other { على الرقم {phone}}} لتسأل عما عليك ولتدفعه.",
	"notice.crowd":            "لقد اخترت مرات كثيرة من دون متابعة",
	"notice.crowd.wait":       "لم يُرسل شيء في هذه الخطوة. تابع بما اخترته أخيراً، أو اختر من جديد بعد الساعة {time}.",
	"notice.crowd.call":       "إذا لم تستطع الانتظار، فاتصل بالعيادة.",
	"notice.crowd.go":         "المتابعة بما اخترته أخيراً",
	"notice.department":       "لا يعرف نظام العيادة هذا القسم",
	"notice.department.why":   "لذلك لا يُعرف ما عليك هناك، ولا يمكن دفع شيء هنا. ولا يعني ذلك أنه ليس عليك شيء.",
	"notice.cards":            "لا يمكن تجربة بطاقات أخرى في الوقت الحالي",
	"notice.cards.none":       "لم يُرسل ما أدخلته إلى أي مصرف، ولم يُخصم مقابله أي مبلغ.",
	"notice.cards.why":        "لم تتم الموافقة هنا مؤخراً على عدد كبير من البطاقات. ولكي لا يتمكن أحد من تجربة بطاقات مسروقة، ننتظر قبل إرسال البطاقة التالية.",
	"notice.cards.when":       "يمكنك المحاولة مرة أخرى بعد {time}.",
	"notice.cards.call":       "للدفع قبل ذلك، اتصل بـ {practice}{phone, select, none {} other { على الرقم {phone}}}.",

	// The request was no good, or we were not.
	"notice.refused":      "لم ينجح ذلك",
	"notice.refused.why":  "تعذرت قراءة ما أرسله متصفحك، لذلك لم يُفعل به شيء. عد وحاول مرة أخرى.",
	"notice.foreign":      "لم يذكر متصفحك أن هذا جاء من صفحتنا، لذلك لم يُفعل به شيء.",
	"notice.foreign.next": "عد، وأعد تحميل الصفحة، وحاول مرة أخرى. إذا استمر ذلك، فافتح صفحة الدفع مرة أخرى من البوابة.",
	"notice.failed":       "حدث خطأ من جانبنا",
	"notice.failed.next":  "حاول مرة أخرى. إذا كنت قد ضغطت زر الدفع، فاطّلع أولاً على حالة دفعتك: افتح صفحة الدفع مرة أخرى من البوابة.",

	// The browser keeps no cookies.
	"cookies.window":        "افتح صفحة الدفع في نافذة مستقلة",
	"cookies.window.why":    "لا يسمح متصفحك لهذه الصفحة بإبقائك مسجلاً للدخول داخل البوابة.",
	"cookies.window.how":    "تعمل صفحة الدفع بالطريقة نفسها في نافذة مستقلة. وهي تُفتح {name, select, none {لمن سجّل الدخول في {portal}} other {لـ {name}، المسجل للدخول في {portal}}}.",
	"cookies.window.open":   "فتح صفحة الدفع الآمنة",
	"cookies.refused":       "يجب السماح بملفات تعريف الارتباط",
	"cookies.refused.why":   "تُبقيك صفحة الدفع مسجلاً للدخول بملف تعريف ارتباط (cookie)، ولم يُعِده متصفحك. لم يُدفع شيء.",
	"cookies.refused.allow": "اسمح بملفات تعريف الارتباط من {host} في إعدادات متصفحك. ثم عد إلى البوابة وافتح صفحة الدفع مرة أخرى.",
	"cookies.refused.call":  "للدفع من دونها، اتصل بـ {practice}{phone, select, none {} other { على الرقم {phone}}}.",
	"cookies.refused.link":  "إذا وصلت إلى هنا برابط من شخص آخر، فأغلق هذه الصفحة.",

	// The session is over.
	"finished.heading": "لقد انتهيت",
	"finished.cleared": "تم مسح هذه النافذة. أغلق أيضاً النوافذ الأخرى لهذه الصفحة. للعودة، افتح صفحة الدفع مرة أخرى من البوابة.",
	"finished.return":  "العودة إلى البوابة",
	"timeout.heading":  "انتهت مهلة هذه الصفحة لحماية معلوماتك",
	"timeout.again":    "البدء من جديد",
	"timeout.more":     "لرؤية المزيد، افتح صفحة الدفع مرة أخرى من البوابة.",
	"timeout.pay":      "للدفع، افتح صفحة الدفع مرة أخرى من البوابة.",
	"timeout.unknown":  "لمعرفة إن كانت عملية دفع قد تمت، أو للدفع، افتح صفحة الدفع مرة أخرى من البوابة.",
	"timeout.once":     "الدفعة التي أُرسلت بالفعل لا تُرسل مرة أخرى.",

	// What was sent in it.
	"past.nothing":      "لم تُرسل أي دفعة.",
	"past.payment":      "{attempt}: أُرسلت (الساعة {time}){outcome, select, done { وتمت.} refused { ولم تتم.} other {. لا نعرف بعد إن كانت قد تمت. لا تدفع مرة أخرى.}}",
	"past.other":        "{attempt}: أُرسل الطلب (الساعة {time}){outcome, select, done { وهو سارٍ.} refused { وهو غير سارٍ.} other {. لا نعرف بعد إن كان سارياً.}}",
	"attempt.payment":   "دفعتك بمبلغ {total}",
	"attempt.plan":      "خطة الدفع الخاصة بك",
	"attempt.card":      "بطاقتك المراد حفظها",
	"attempt.agreement": "اتفاق البطاقة المسجلة الخاص بك",

	// What a page was made for has changed, or is too long ago.
	"problem.attempt_late": "ظلت صفحة الدفع مفتوحة أكثر من ساعة. لم يُرسل شيء. راجع المبالغ وتابع من هنا.",
	"problem.amount_other": "هذه الصفحة لدفعة بمبلغ {total}. لم يُرسل شيء. لدفع مبلغ آخر، اختره من جديد عبر «تغيير ما تدفعه».",
	"problem.repeat":       "ضع علامة في المربع إذا أردت دفع {total} مرة أخرى. لم يُرسل شيء.",

	// What the upstream was asked to do and did not.
	"problem.write_unknown":     "لا يُعرف بعد إن كان هذا قد تم. لا تحاول مرة أخرى حتى تتحقق العيادة منه.",
	"problem.write_bank":        "لم يقبل المصرف البطاقة. استخدم بطاقة أخرى، أو اسأل المصرف.",
	"problem.write_busy":        "نظام الدفع في العيادة مشغول. لم يُفعل شيء. حاول مرة أخرى بعد بضع دقائق.",
	"problem.write_upstream":    "لم يقبل نظام الدفع في العيادة هذا. لم يُفعل شيء. اسأل العيادة.",
	"problem.write_unreachable": "لا يمكن الوصول إلى نظام الدفع في العيادة. لم يُفعل شيء. حاول لاحقاً.",
}
