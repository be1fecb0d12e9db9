/** What agents and callers say in the simulator's transcripts, by language and mood of the caller. */

/** Sentences of one language. `caller` holds them by mood; all are said in telephone calls every day. */
export type Phrases = {
  opening: string;
  agent: readonly string[];
  caller: Readonly<Record<'positive' | 'neutral' | 'negative', readonly string[]>>;
  closing: string;
};

const EN: Phrases = {
  opening:
    'Hello, thank you for calling. You are speaking with the virtual assistant. How can I help you today?',
  agent: [
    'I understand. Let me look that up for you, this will only take a moment.',
    'I can see your booking here. It is confirmed for Thursday at half past ten, is that the one you mean?',
    'Thank you. For security, could you please tell me the postal code of the address we have on file?',
    'I have changed that for you, and you will receive a confirmation by text message within a few minutes.',
    'I am sorry about that. I can offer you the next free slot, or I can connect you with a colleague.',
    'The invoice was sent on the third and is due within fourteen days. Would you like me to send it again?',
    'Just to make sure I got this right: you would like to keep the contract and move the start date, correct?',
  ],
  caller: {
    positive: [
      'Oh that is great, thank you so much, you have been really helpful.',
      'Perfect, that works wonderfully for me.',
      'Yes please, that would be lovely. I am very happy with that.',
      'Excellent, that was quick and easy.',
    ],
    neutral: [
      'Yes, that is the one. It was on the twelfth, I think.',
      'My postal code is nine four one one zero.',
      'Okay. And what happens after that?',
      'I would like to move my appointment to next week.',
    ],
    negative: [
      'This is really frustrating, I have called three times about this already.',
      'No, that is wrong, and it is terrible that nobody told me.',
      'I am very disappointed with this service, it is awful.',
      'I hate waiting for this, the last answer was useless.',
    ],
  },
  closing: 'Thank you for your time, and have a good day. Goodbye!',
};

const DE: Phrases = {
  opening: 'Guten Tag, hier ist die virtuelle Assistentin. Wie kann ich Ihnen heute weiterhelfen?',
  agent: [
    'Einen Moment bitte, ich sehe in Ihrem Vertrag nach.',
    'Ihr Termin ist am Donnerstag um halb elf bestätigt. Meinen Sie diesen Termin?',
    'Nennen Sie mir zur Sicherheit bitte die Postleitzahl Ihrer Anschrift.',
    'Das habe ich für Sie geändert. Die Bestätigung erhalten Sie in wenigen Minuten per SMS.',
    'Das tut mir leid. Ich kann Ihnen den nächsten freien Termin anbieten oder Sie verbinden.',
  ],
  caller: {
    positive: [
      'Wunderbar, vielen Dank, das ging ja schnell.',
      'Sehr gut, das freut mich wirklich.',
      'Perfekt, genau so machen wir das.',
    ],
    neutral: [
      'Ja, genau, das ist die Rechnung vom Zwölften.',
      'Ich möchte den Termin auf nächste Woche verschieben.',
      'Gut, und wie geht es dann weiter?',
    ],
    negative: [
      'Das ist wirklich ärgerlich, ich rufe schon zum dritten Mal an.',
      'Nein, das stimmt nicht, und niemand sagt mir Bescheid.',
      'So geht das nicht, ich bin sehr enttäuscht.',
    ],
  },
  closing: 'Vielen Dank für das Gespräch und einen schönen Tag noch. Auf Wiederhören!',
};

const ES: Phrases = {
  opening: 'Buenos días, le atiende el asistente virtual. ¿En qué puedo ayudarle?',
  agent: [
    'Un momento, por favor, estoy consultando su reserva.',
    'Su cita está confirmada para el jueves a las diez y media. ¿Es correcta?',
    'Por seguridad, ¿me puede decir el código postal de su domicilio?',
    'Ya está cambiado. Recibirá una confirmación por mensaje en unos minutos.',
    'Lo lamento. Le puedo ofrecer la siguiente hora libre o pasarle con un compañero.',
  ],
  caller: {
    positive: [
      '¡Estupendo, muchísimas gracias!',
      'Perfecto, me viene muy bien.',
      'Qué rápido, estoy muy contenta.',
    ],
    neutral: [
      'Sí, es la factura del día doce.',
      'Quisiera cambiar la cita a la semana que viene.',
      'De acuerdo, ¿y después qué tengo que hacer?',
    ],
    negative: [
      'Es la tercera vez que llamo y nadie lo arregla.',
      'No, eso está mal y nadie me avisó.',
      'Estoy muy decepcionado con este servicio.',
    ],
  },
  closing: 'Gracias por su tiempo y que tenga un buen día. ¡Hasta luego!',
};

const FR: Phrases = {
  opening: "Bonjour, vous êtes en ligne avec l'assistant virtuel. Comment puis-je vous aider ?",
  agent: [
    'Un instant, je consulte votre dossier.',
    "Votre rendez-vous est confirmé jeudi à dix heures et demie. C'est bien celui-là ?",
    'Pour votre sécurité, pouvez-vous me donner votre code postal ?',
    "C'est modifié. Vous recevrez une confirmation par SMS dans quelques minutes.",
    'Je suis désolé. Je peux vous proposer le prochain créneau libre ou vous passer un collègue.',
  ],
  caller: {
    positive: [
      'Parfait, merci beaucoup, vous êtes très aimable.',
      'Formidable, ça me convient tout à fait.',
      "C'était rapide, je suis ravie.",
    ],
    neutral: [
      "Oui, c'est la facture du douze.",
      'Je voudrais déplacer mon rendez-vous à la semaine prochaine.',
      "D'accord, et ensuite ?",
    ],
    negative: [
      "C'est la troisième fois que j'appelle, c'est inadmissible.",
      "Non, c'est faux, et personne ne m'a prévenu.",
      'Je suis très déçu de ce service.',
    ],
  },
  closing: 'Merci pour votre appel et bonne journée. Au revoir !',
};

const HI: Phrases = {
  opening: 'नमस्ते, मैं आपकी वर्चुअल सहायक बोल रही हूँ। मैं आपकी क्या मदद कर सकती हूँ?',
  agent: [
    'एक क्षण रुकिए, मैं आपकी बुकिंग देख रही हूँ।',
    'आपकी अपॉइंटमेंट गुरुवार को साढ़े दस बजे की है। क्या यही सही है?',
    'सुरक्षा के लिए कृपया अपना पिन कोड बताइए।',
    'मैंने बदलाव कर दिया है। आपको कुछ मिनट में संदेश मिल जाएगा।',
  ],
  caller: {
    positive: ['बहुत बढ़िया, आपका बहुत धन्यवाद।', 'वाह, यह तो बहुत जल्दी हो गया।'],
    neutral: ['हाँ, वही बारह तारीख वाला बिल।', 'मुझे अपॉइंटमेंट अगले हफ़्ते करनी है।'],
    negative: ['मैं तीसरी बार फ़ोन कर रहा हूँ, बहुत परेशानी हो रही है।', 'नहीं, यह ग़लत है, मैं बहुत निराश हूँ।'],
  },
  closing: 'आपके समय के लिए धन्यवाद। आपका दिन शुभ हो!',
};

const AR: Phrases = {
  opening: 'مرحباً، معك المساعد الافتراضي. كيف يمكنني مساعدتك اليوم؟',
  agent: [
    'لحظة من فضلك، أراجع بيانات الحجز الآن.',
    'موعدك مؤكد يوم الخميس الساعة العاشرة والنصف. هل هذا صحيح؟',
    'للتأكد من هويتك، ما هو الرمز البريدي لعنوانك؟',
    'تم التعديل، وستصلك رسالة تأكيد خلال دقائق.',
  ],
  caller: {
    positive: ['رائع، شكراً جزيلاً لك.', 'ممتاز، هذا يناسبني تماماً.'],
    neutral: ['نعم، فاتورة يوم الثاني عشر.', 'أريد نقل الموعد إلى الأسبوع القادم.'],
    negative: ['هذه المرة الثالثة التي أتصل فيها، الأمر مزعج جداً.', 'لا، هذا خطأ، وأنا محبط من هذه الخدمة.'],
  },
  closing: 'شكراً لوقتك، مع السلامة!',
};

const PT: Phrases = {
  opening: 'Bom dia, aqui é o assistente virtual. Como posso ajudar?',
  agent: [
    'Um momento, por favor, estou consultando o seu cadastro.',
    'A sua consulta está confirmada para quinta-feira às dez e meia. É essa mesmo?',
    'Por segurança, pode me dizer o CEP do seu endereço?',
    'Pronto, já alterei. A confirmação chega por mensagem em alguns minutos.',
  ],
  caller: {
    positive: ['Que ótimo, muito obrigada!', 'Perfeito, fico muito feliz.'],
    neutral: ['Sim, é a fatura do dia doze.', 'Queria mudar a consulta para a semana que vem.'],
    negative: [
      'É a terceira vez que eu ligo, isso é um absurdo.',
      'Não, está errado, estou muito decepcionado.',
    ],
  },
  closing: 'Obrigado pelo seu tempo e tenha um bom dia!',
};

const BY_LANGUAGE: Readonly<Record<string, Phrases>> = {
  en: EN,
  de: DE,
  es: ES,
  fr: FR,
  hi: HI,
  ar: AR,
  pt: PT,
};

/**
 * The sentences of a language.
 * @param language two-letter code
 * @returns its sentences; English ones where the language has none
 */
export function phrasesOf(language: string): Phrases {
  return BY_LANGUAGE[language] ?? EN;
}
