//go:build !js

package words

// arAmount are the sentences of what is owed that the server composes.
var arAmount = Messages{
	"greeting.you":        "{name, select, none {} other {مرحباً {name}. }}هذا ما عليك دفعه.",
	"greeting.visit":      "مرحباً {name}. ليست لديك فواتير مفتوحة يمكن دفعها هنا.",
	"greeting.nothing":    "ليس عليك لـ {practice} اليوم ما يمكن دفعه هنا.",
	"greeting.of":         "فواتير {patient}.",
	"greeting.of.nothing": "ليس على {patient} لـ {practice} اليوم ما يمكن دفعه هنا.",

	// Money that the practice has already.
	"credit.left": "{patient, select, none {لديك رصيد بمبلغ {credit} لدى العيادة.} other {لدى {patient} رصيد بمبلغ {credit} لدى العيادة.}}",
	"credit.held": "لدى العيادة بالفعل {credit} {patient, select, none {لك} other {لحساب {patient}}}.",
	"credit.use":  "{enough, select, yes {يكفي ذلك لكل الفواتير أدناه، وهو غير مخصوم منها.} other {وهو غير مخصوم من الفواتير أدناه.}} لاستخدامه في دفعها، اتصل بالعيادة{phone, select, none {} other { على الرقم {phone}}} قبل أن تدفع، أو ادفع أقل باختيار «مبلغ آخر».",

	// Payments of these days.
	"recent.paid":         "مدفوعات حديثة",
	"recent.paid.left":    "المبالغ أدناه لا تشمله. قد يستغرق ظهوره في نظام العيادة يوماً.",
	"recent.unknown":      "نتيجة إحدى الدفعات غير معروفة بعد",
	"recent.unknown.wait": "لا تدفع الفاتورة نفسها مرة أخرى.",
	"recent.status":       "{you, select, yes {عرض حالة دفعتك بمبلغ {total}} other {عرض حالة الدفعة بمبلغ {total}}}",

	// Amounts of the payer's choice.
	"amount.other.hint":  "يمكنك دفع أي مبلغ من {smallest} إلى {due}. {copay, select, yes {تُدفع به دفعة المشاركة لليوم أولاً، ثم أقدم فاتورة عليك.} other {تُدفع به أقدم فاتورة عليك أولاً.}}{more, select, yes { إذا أدخلت أكثر، فسنسألك أولاً.} other {}}",
	"amount.today.hint":  "لا توجد فاتورة لهذه الزيارة بعد. أدخل ما طلبته العيادة. يُدفع لهذه الزيارة فقط.",
	"free.heading":       "دفع مبلغ على أي حال",
	"free.what":          "هذا المبلغ ليس لفاتورة. تحتفظ به العيادة في الحساب وتستخدمه لما يُستحق لاحقاً.",
	"free.limits":        "يمكنك الدفع من {smallest} إلى {most}.",
	"free.what.limits":   "هذا المبلغ ليس لفاتورة. تحتفظ به العيادة في الحساب وتستخدمه لما يُستحق لاحقاً. يمكنك الدفع من {smallest} إلى {most}.",
	"free.visit":         "زيارة اليوم",
	"free.visit.heading": "الدفع عن زيارة اليوم",
	"free.visit.label":   "المبلغ عن الزيارة",
	"surplus.heading":    "هل تريد دفع أكثر من المستحق؟",
	"surplus.kept":       "تحتفظ العيادة بمبلغ {more} في الحساب وتستخدمه لما يُستحق لاحقاً. أما الباقي فتوزعه هي على الفواتير.",
	"surplus.entered":    "المبلغ الذي أدخلته",
	"surplus.bills":      "للفواتير",
	"surplus.more":       "لغير أي فاتورة",
	"surplus.go":         "المتابعة بمبلغ {amount}",
	"surplus.change":     "تغيير المبلغ",

	// What is owed and cannot be paid here.
	"held.checking":  "قيد التحقق",
	"held.paid":      "قيد الدفع بالفعل",
	"held.insurance": "لم يحن موعد دفعها بعد",
	"held.elsewhere": "تُدفع بطريقة أخرى",
	"hold.arranged":  "لا يمكن دفع هذا في هذه الصفحة. قد يكون ضمن خطة دفع، أو ببطاقة مسجلة، أو لدى جهة تحصيل؛ اتصل بالعيادة{phone, select, none {} other { على الرقم {phone}}} للسؤال.",
	"hold.planned":   "هذا ضمن خطة دفع.",
	"hold.collected": "هذا لدى جهة تحصيل. لا يمكن دفعه في هذه الصفحة؛ اتصل بالعيادة{phone, select, none {} other { على الرقم {phone}}} لدفعه.",
	"hold.elsewhere": "لقسم آخر من العيادة. لا يمكن دفعه في هذه الصفحة؛ اتصل بالعيادة{phone, select, none {} other { على الرقم {phone}}} لدفعه.",
	"hold.insurance": "لدى تأمينك. لا يوجد شيء لدفعه بعد.",
	"hold.checking":  "أُرسلت دفعة عن هذا، ونتيجتها غير معروفة بعد. لا تدفعه مرة أخرى.",
	"hold.found":     "وُجدت دفعة ربما كانت عن هذا. قد يستغرق ظهورها في نظام العيادة يوماً. لا تدفعه مرة أخرى.",
	"hold.paid":      "هذا مدفوع. قد يستغرق ظهوره في نظام العيادة يوماً.",

	// What has to be known of a payment before its card is typed.
	"note.unapplied": "{amount} ليس لفاتورة. تحتفظ به العيادة في الحساب وتستخدمه لما يُستحق لاحقاً.",
	"note.today":     "لا توجد فاتورة لهذه الزيارة بعد. تستخدم العيادة الدفعة لها.",
	"note.spread":    "توزع العيادة الدفعة على الفواتير بنفسها. قد يستغرق ظهورها فيها بضعة أيام.",
	"note.credit":    "لدى العيادة بالفعل {credit} {patient, select, none {لك} other {لحساب {patient}}}. وهو غير مخصوم من هذه الدفعة.",

	// For whom do you pay?
	"people.heading":      "عمّن تدفع؟",
	"people.lead":         "الفواتير والبطاقات والإيصالات منفصلة لكل شخص.",
	"people.owed":         "{due, select, none {لا شيء للدفع} other {للدفع: {due}}}",
	"people.owed.unknown": "غير معروف الآن",
	"people.payment":      "{unknown, select, yes {نتيجة دفعة بمبلغ {total} غير معروفة بعد.} other {لقد دفعت {total}.}}",
	"people.current":      "المتابعة عن {person}",
	"people.choose":       "الدفع عن {person}",
}
