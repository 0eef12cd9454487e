"""What the log says, in words: actions, fields and purposes."""

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from django.utils.translation import gettext_lazy as _

from cases.figures.dimensions import DIMENSIONS
from cases.protection.purpose import Purpose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Every action that the product records; a test compares this list with the code.
ACTIONS: "Final[Mapping[str, _StrPromise]]" = {
    "SIGNED_IN": _("サインインした"),
    "SIGNED_OUT": _("サインアウトした"),
    "SIGN_IN_REFUSED": _("サインインに失敗した"),
    "CASES_LISTED": _("相談の一覧を見た"),
    "CASE_VIEWED": _("相談を開いた"),
    "REDACTED_READ": _("伏せた文を読んだ"),
    "REVEALED": _("個人情報を表示した"),
    "CONTACT_REVEALED": _("連絡先を表示した"),
    "ADDRESSES_USED": _("メールの送信のために宛先を使った"),
    "SUBSCRIBER_ADDED": _("メール配信に登録した"),
    "SUBSCRIBER_CHANGED": _("メール配信の話題か頻度を変えた"),
    "SUBSCRIBER_MOVED": _("メール配信の宛先を変えた"),
    "SUBSCRIBER_PAUSED": _("メール配信を休止した"),
    "SUBSCRIBER_RESUMED": _("メール配信を再開した"),
    "SUBSCRIBER_ENDED": _("メール配信を停止した"),
    "SUBSCRIBER_ERASED": _("メール配信の登録を削除した"),
    "SUBSCRIBER_BOUNCED": _("メールが届かなかったことを記録した"),
    "SUBSCRIBER_LOOKED_UP": _("メールアドレスで登録を探した"),
    "SUBSCRIBERS_IMPORTED": _("メール配信の名簿を取り込んだ"),
    "MAIL_RECEIVED": _("返ってきたメールを受け取った"),
    "MAIL_CLOSED": _("返ってきたメールを確認済みにした"),
    "MAILING_STARTED": _("メールの送信を始めた"),
    "MAILING_WENT_ON": _("後回しになったメールの送信を続けた"),
    "MAILING_SENT_AGAIN": _("未達を確認したメールをもう一度送った"),
    "DELIVERIES_SETTLED": _("要確認のメールを、メールサーバーの記録と照らした"),
    "CONTACT_LOOKED_UP": _("連絡先を電話・住所などで照合した"),
    "WORRY_RECORDED": _("見守りからの気づきを受け取った"),
    "WORRY_OPENED": _("見守りからの気づきの内容を表示した"),
    "WORRY_DECIDED": _("見守りからの気づきの行き先を決めた"),
    "WORRY_ASSIGNED": _("見守りからの気づきの担当を決めた"),
    "WORRY_THANKED": _("気づきを受け取ったことを構成員に伝えた"),
    "WORRY_RATED": _("見守りとのつなぎを評価した"),
    "WORRY_FORGOTTEN": _("期限が過ぎた気づきの内容を消去した"),
    "RUMOUR_RECORDED": _("うわさ・目撃情報を記録した"),
    "RUMOUR_HEARD_AGAIN": _("うわさ・目撃情報をまた聞いたと記録した"),
    "RUMOUR_JOINED": _("うわさ・目撃情報を相談につないだ"),
    "RUMOUR_CLOSED": _("うわさ・目撃情報を終えた"),
    "MEMBER_ADDED": _("見守りの構成員を登録した"),
    "MEMBER_CHANGED": _("見守りの構成員の登録を変えた"),
    "MEMBER_COUNCIL_NOTED": _("協議会の構成員かどうかを記録した"),
    "MEMBER_ENDED": _("見守りの構成員の終了を記録した"),
    "MEMBER_CONTACT_KEPT": _("見守りの構成員の連絡先を登録した"),
    "MEMBER_CONTACT_REMOVED": _("見守りの構成員の連絡先を消した"),
    "MEMBER_CONTACTS_FORGOTTEN": _("終了した構成員の連絡先を消去した"),
    "MEMBERS_EXPORTED": _("見守りの構成員の名簿を出した"),
    "MEMBERS_IMPORTED": _("見守りの構成員の名簿を取り込んだ"),
    "DRAFT_OPENED": _("下書きを開いた"),
    "SNIPPET_SAVED": _("定型文を保存した"),
    "SNIPPET_REMOVED": _("定型文を消した"),
    "WORDS_LOOKED_UP": _("言葉で探した"),
    "SEARCH_SAVED": _("検索を保存した"),
    "SEARCH_REMOVED": _("保存した検索を消した"),
    "SEARCHES_OPENED": _("保存した検索を開いた"),
    "SEARCHES_COMPARED": _("保存した検索に新しい相談を照らした"),
    "PHONE_LOOKED_UP": _("電話番号で探した"),
    "NAME_LOOKED_UP": _("名前で探した"),
    "KANA_LOOKED_UP": _("カナで探した"),
    "ACCOUNT_LOOKED_UP": _("口座・送金先で探した"),
    "ACCOUNT_COMPARED": _("相談の口座・送金先を照合した"),
    "TRADERS_LOOKED_UP": _("事業者を探した"),
    "TRADER_ADDED": _("事業者を登録した"),
    "TRADER_CHANGED": _("事業者の登録を変えた"),
    "TRADER_OPENED": _("個人事業者の氏名・電話を表示した"),
    "TRADERS_MERGED": _("事業者をまとめた"),
    "TRADERS_PARTED": _("事業者のまとめを元に戻した"),
    "TRACK_PLACED": _("注意指示を出した"),
    "TRACK_ENDED": _("注意指示を終わらせた"),
    "TRACK_READ": _("注意指示を表示した"),
    "CASE_TRADER_CHOSEN": _("相談の事業者を選んだ"),
    "CASE_TRADER_LEFT": _("相談の事業者を外した"),
    "MASKS_OPENED": _("伏せ字を確かめるために文を表示した"),
    "MASKS_CONFIRMED": _("伏せ字を確定した"),
    "CONFIRMED_READ": _("確定した文を読んだ"),
    "MASKING_LISTS_VIEWED": _("伏せ字のリストを見た"),
    "MASKING_LISTS_CHANGED": _("伏せ字のリストを変えた"),
    "MASKING_STARTED": _("伏せ字のやり直しを始めた"),
    "MASKED_AGAIN": _("前の相談の伏せ字をやり直した"),
    "SEARCH_RETRIED": _("検索に入らなかった相談を、もう一度入れさせた"),
    "LOOKUP_REINDEXED": _("電話・カナの索引を作り直した"),
    "ANALYSED": _("検索のために文を解析した"),
    "SEARCH_GIVEN_UP": _("検索に入らない相談を、知らせないことにした"),
    "SIMILAR_JUDGED": _("似た相談が役に立ったかを記録した"),
    "CASE_RECORDED": _("相談を記録した"),
    "FOLLOW_UP_ADDED": _("経過を追加した"),
    "CASE_CORRECTED": _("相談を訂正した"),
    "CASE_CLOSED": _("相談を終了した"),
    "CASE_REOPENED": _("終了を取り消した"),
    "CASE_GUARDED": _("支援措置の対象にした"),
    "CASE_UNGUARDED": _("支援措置の対象から外した"),
    "CASES_LINKED": _("相談どうしをつないだ"),
    "CASES_UNLINKED": _("相談どうしのつながりを外した"),
    "HAND_OVER_OFFERED": _("引継ぎを頼んだ"),
    "HAND_OVER_TAKEN": _("引き継いだ"),
    "HAND_OVER_WITHDRAWN": _("引継ぎを取り下げた"),
    "CORRECTION_OPENED": _("訂正の画面を開いた"),
    "UNDONE_CLOSE": _("終了を元に戻した"),
    "UNDONE_REOPEN": _("終了の取消しを元に戻した"),
    "UNDONE_CORRECTION": _("訂正を元に戻した"),
    "UNDONE_FOLLOW_UP": _("経過の追加を元に戻した"),
    "UNDONE_LINK": _("相談どうしのつながりを元に戻した"),
    "UNDONE_HAND_OVER": _("引継ぎの依頼を元に戻した"),
    "APPROVAL_ASKED": _("起案した"),
    "APPROVAL_APPROVED": _("決裁で承認した"),
    "APPROVAL_RETURNED": _("決裁で差し戻した"),
    "APPROVAL_WITHDRAWN": _("起案を取り下げた"),
    "HAND_OVER_ORDERED": _("担当を引き継がせた"),
    "HAND_OVERS_ORDERED": _("一括の引継ぎを始めた"),
    "RELATED_LOOKED_UP": _("つながる相談を探した"),
    "CALLBACK_PLANNED": _("次の連絡を予定した"),
    "CALLBACK_ENDED": _("予定した連絡の結果を入れた"),
    "MEDIATION_STEP": _("あっせんの記録を残した"),
    "HELP_CALLED": _("応援を呼んだ"),
    "HELP_ANSWERED": _("応援の呼び出しに応じた"),
    "HELP_ENDED": _("応援の呼び出しを終えた"),
    "DAY_LOG_EXPORTED": _("日報・月報を書き出した"),
    "CLOSED_DAYS_CHANGED": _("休みの日を変えた"),
    "OPENING_HOURS_CHANGED": _("開所時間を変えた"),
    "GLASS_BROKEN": _("緊急の閲覧を開いた"),
    "GLASS_ENDED": _("緊急の閲覧を終えた"),
    "GLASS_SEEN": _("緊急の閲覧を確認した"),
    "UNUSUAL_LOOKS": _("閲覧がいつもより多いと記録された"),
    "UNUSUAL_SEEN": _("多い閲覧の記録を確認した"),
    "LETTER_KEPT": _("通知の文を保存した"),
    "LETTER_OPENED": _("通知の文を開いた"),
    "ACCIDENT_DECIDED": _("重大事故等かを判定した"),
    "ACCIDENT_NOTIFIED": _("事故の通知を記録した"),
    "ACCIDENT_OPENED": _("事故の通知の内容を開いた"),
    "WATCH_SHARED": _("見守りに情報を渡した"),
    "WATCH_SHARE_OPENED": _("見守りに渡した内容を開いた"),
    "WATCH_SHARE_TAKEN": _("見守りに渡す紙を出した"),
    "WATCH_DISPOSED": _("見守りに渡した情報の廃棄を記録した"),
    "FILE_ATTACHED": _("ファイルを添付した"),
    "FILE_VIEWED": _("添付ファイルを見た"),
    "FILE_TAKEN": _("添付ファイルを取り出した"),
    "FILE_REMOVED": _("添付ファイルを削除した"),
    "PIONET_REGISTERED": _("PIO-NETへの登録を記録した"),
    "PIONET_PLAN_CHANGED": _("PIO-NETへの転記の項目を変えた"),
    "CARDS_EXPORTED": _("個人を除いたカードをファイルに出した"),
    "CARD_TAKEN": _("個人を除いたカードに含めた"),
    "POPULATION_SET": _("人口を登録した"),
    "POPULATION_TAKEN_BACK": _("人口を取り下げた"),
    "FIGURES_IMPORTED": _("公表値を取り込んだ"),
    "FIGURE_CHANGED": _("公表値を直した"),
    "FIGURE_REMOVED": _("公表値を消した"),
    "DISTRICTS_CHANGED": _("居住地区を変えた"),
    "AGE_LIMITS_CHANGED": _("高齢者・若者の年齢を変えた"),
    "CODE_MAP_CHANGED": _("分類の読み替えを変えた"),
    "CASE_PRINTED": _("相談を印刷した"),
    "JOB_CANCELLED": _("処理を中止した"),
    "JOB_RESUMED": _("処理を再開した"),
    "IMPORT_RECEIVED": _("取り込むファイルを受け取った"),
    "IMPORT_MAPPING_SAVED": _("取込の列の対応を保存した"),
    "IMPORT_REFUSED": _("取り込むファイルか行を受け取れなかった"),
    "IMPORT_STARTED": _("取込を始めた"),
    "DEVICE_KIND_SAVED": _("貸し出す機器の種類を保存した"),
    "DEVICES_MOVED": _("機器の在庫の動きを記録した"),
    "LOAN_APPLIED": _("機器の申込みを受け付けた"),
    "LOAN_WITHDRAWN": _("機器の申込みを取り下げた"),
    "LOAN_EXTENDED": _("機器の返却期限を変えた"),
    "DEVICE_LENT": _("機器を貸し出した"),
    "DEVICE_RETURNED": _("機器の返却を記録した"),
    "DEVICE_LOST": _("機器の紛失を記録した"),
    "BORROWER_CORRECTED": _("機器を借りた人の情報を直した"),
    "BORROWER_FORGOTTEN": _("機器を借りた人の情報を消した"),
    "LOAN_LETTERS_TAKEN": _("返却のお願いを作った"),
    "DEVICES_EXPORTED": _("機器の台帳をファイルで出した"),
    "APPLICATION_RECEIVED": _("講座の申込みを受け付けた"),
    "APPLICATION_CORRECTED": _("講座の申込みを直した"),
    "APPLICATION_ASSIGNED": _("講座の申込みの担当を決めた"),
    "APPLICATION_ASKED": _("講座の申込みを確認中にした"),
    "APPLICATION_ARRANGING": _("講座の申込みを調整中にした"),
    "APPLICATION_EXCEPTED": _("講座の申込みを決まりの例外にした"),
    "APPLICATION_DECIDED": _("講座の申込みを決定した"),
    "APPLICATION_REFUSED": _("講座の申込みを不承認にした"),
    "APPLICATION_WITHDRAWN": _("講座の申込みを取下げにした"),
    "APPLICATION_LETTER_MADE": _("講座の通知書を作った"),
    "APPLICATION_LETTER_OPENED": _("講座の通知書を開いた"),
    "APPLICATION_RULES_CHANGED": _("講座の申込みの決まりを変えた"),
    "APPLICATION_WORDING_CHANGED": _("講座の通知書の文を変えた"),
    "APPLICANT_ERASED": _("講座の申込者の氏名・連絡先を消去した"),
    "STOCK_ITEM_SAVED": _("在庫の物を保存した"),
    "STOCK_VERSION_ADDED": _("配布物・教材の版を登録した"),
    "STOCK_VERSION_WITHDRAWN": _("配布物・教材の版の使用をやめた"),
    "STOCK_PLACE_ADDED": _("在庫の置き場所を登録した"),
    "STOCK_MOVED": _("在庫の動きを記録した"),
    "STOCK_EXPORTED": _("在庫の台帳をファイルで出した"),
    "LECTURE_PLANNED": _("講座を登録した"),
    "LECTURE_CONFIRMED": _("講座を決定した"),
    "LECTURE_RESCHEDULED": _("講座の日程を変えた"),
    "LECTURE_CANCELLED": _("講座を取りやめた"),
    "LECTURE_RESULT_RECORDED": _("講座の結果を記録した"),
    "LECTURE_ROOM_SAVED": _("講座の部屋を保存した"),
    "LECTURER_ADDED": _("講師を登録した"),
    "LECTURER_CHANGED": _("講師の内容を変えた"),
    "LECTURER_FORGOTTEN": _("講師の名前と連絡先を消去した"),
    "CALENDAR_LINK_GIVEN": _("カレンダーのリンクを作った"),
    "CALENDAR_LINK_REVOKED": _("カレンダーのリンクを無効にした"),
    "PROGRAMME_CHANGED": _("施策を変更した"),
    "PROGRAMME_IMPORTED": _("施策を取り込んだ"),
    "BULLETIN_STARTED": _("見守り通信を作った"),
    "BULLETIN_SUBMITTED": _("見守り通信の確認を頼んだ"),
    "BULLETIN_RETURNED": _("見守り通信を差し戻した"),
    "BULLETIN_APPROVED": _("見守り通信を承認した"),
    "BULLETIN_ISSUED": _("見守り通信を発行した"),
    "BULLETIN_REVISED": _("見守り通信を書き直した"),
    "BULLETIN_URGENT": _("見守り通信を承認の前に発行した"),
    "BULLETIN_AFTERWARDS": _("発行済みの見守り通信を承認した"),
    "BULLETIN_OBJECTED": _("発行済みの見守り通信を承認しなかった"),
    "PROPOSAL_FOLLOWED": _("啓発の提案から企画を始めた"),
    "BULLETIN_TAKEN": _("見守り通信をほかの形で取り出した"),
    "KEYS_ROTATED": _("鍵を新しい版に替えた"),
    "KEYS_DESTROYED": _("鍵を廃棄した"),
    "KEY_COPY_CONFIRMED": _("鍵の控えの破壊を確認した"),
    "QUESTION_SAVED": _("集計を保存した"),
    "QUESTION_REMOVED": _("保存した集計を消した"),
    "ANSWER_PUBLISHED": _("数字を公表した回答として残した"),
    "ANSWER_CORRECTED": _("公表した回答を訂正した"),
    "NUMBERS_EXPORTED": _("集計をファイルに出した"),
    "RELEASE_PROPOSED": _("数の公表を提案した"),
    "RELEASE_REVISED": _("公表の提案を変えて判定し直させた"),
    "RELEASE_WITHDRAWN": _("公表の提案を取り下げた"),
    "RELEASE_CORRECTION": _("公表した数の訂正を提案した"),
    "NUMBERS_RELEASED": _("数を公表した"),
    "WARNING_BEFORE_APPROVAL": _("承認の前に注意喚起を公表した"),
    "WARNING_APPROVED_LATE": _("公表済みの注意喚起を承認した"),
    "RELEASE_RULE_SET": _("公表の基準を定めた"),
    "REPORT_STARTED": _("年報・月報の案を作らせた"),
    "REPORT_DISCARDED": _("年報・月報の案を破棄した"),
    "REPORT_ISSUED": _("年報・月報を発行した"),
    "REPORT_CHECKED": _("年報・月報を数え直させた"),
    "REPORT_FILE_KEPT": _("発行した報告のファイルを保管した"),
    "EDITION_TAKEN": _("公表版をファイルに出した"),
    "REPORT_EXPORTED": _("年報・月報をファイルに出した"),
    "RELEASE_EXPORTED": _("公表した表をファイルに出した"),
    "REPORT_EXAMPLE_ADDED": _("年報に事例を載せた"),
    "REPORT_EXAMPLE_REMOVED": _("年報から事例を外した"),
    "RETENTION_YEARS_SET": _("保存年数を定めた"),
    "RECORD_CLASS_SET": _("記録の種類を変えた"),
    "HOLD_PLACED": _("保存停止を始めた"),
    "HOLD_LIFTED": _("保存停止を解いた"),
    "DISPOSAL_PROPOSED": _("廃棄の案を作った"),
    "DISPOSAL_REVIEWED": _("廃棄の案を見直した"),
    "DISPOSAL_WITHDRAWN": _("廃棄の案を取り下げた"),
    "DISPOSAL_APPROVED": _("廃棄を承認した"),
    "CASE_ERASED": _("相談の記録を消去した"),
    "REGISTER_EXPORTED": _("廃棄簿をファイルに出した"),
    "ERASURE_RECEIPT_GIVEN": _("消去の証明を出した"),
    "AUDIT_VIEWED": _("操作記録を見た"),
    "BACKUP_TAKEN": _("控えを取った"),
    "BACKUP_DELETED": _("期限の過ぎた控えを消した"),
    "BACKUP_CHECKED": _("控えから戻せるか確かめた"),
    "BACKUP_HELD": _("控えを期限の後も残すことにした"),
    "BACKUP_LET_GO": _("控えを期限どおり消すことにした"),
    "BACKUP_COPY_NOTED": _("控えの写しを記録した"),
    "BACKUP_COPY_DESTROYED": _("控えの写しの廃棄を記録した"),
    "RESTORED": _("控えから戻した"),
    "AUDIT_VERIFIED": _("操作記録を検証した"),
    "CHAINS_BEGUN": _("操作記録の連鎖を始めた"),
    "ACCESS_REFUSED": _("権限のない操作を断られた"),
    "DONE_ALONE": _("一人体制で行った"),
    "ALONE_REVIEWED": _("一人体制で行われたことを確認した"),
    "LEAK_REPORTED": _("漏えいを記録した"),
    "LEAK_OPENED": _("漏えいの記録を開いた"),
    "LEAK_FACTS_CHANGED": _("漏えいの事実を書き直した"),
    "LEAK_ASSESSED": _("漏えいの範囲を計算した"),
    "LEAK_PRELIMINARY_DRAFTED": _("速報の案を保存した"),
    "LEAK_FINAL_DRAFTED": _("確報の案を保存した"),
    "LEAK_PRELIMINARY_SENT": _("速報を出した"),
    "LEAK_FINAL_SENT": _("確報を出した"),
    "LEAK_LIST_ASKED": _("通知の一覧を求めた"),
    "LEAK_LIST_APPROVED": _("通知の一覧を承認した"),
    "LEAK_LIST_TAKEN": _("通知の一覧を出力した"),
    "LEAK_CLOSED": _("漏えい対応を終了した"),
    "DISCLOSURE_ENTERED": _("照会を台帳に載せた"),
    "DISCLOSURE_OPENED": _("照会の記録を開いた"),
    "DISCLOSURE_PROPOSED": _("照会への決定の案を出した"),
    "DISCLOSURE_DECIDED": _("照会への回答を決定した"),
    "DISCLOSURE_ANSWERED": _("照会に回答した"),
    "LEDGER_EXPORTED": _("台帳をファイルに出した"),
    "REQUEST_ENTERED": _("開示請求を記録した"),
    "REQUEST_OPENED": _("開示請求の記録を開いた"),
    "REQUEST_IDENTITY_CHECKED": _("請求者の本人確認を記録した"),
    "REQUEST_EXTENDED": _("開示請求の期限を延ばした"),
    "REQUEST_PREPARED": _("開示する内容を準備した"),
    "REQUEST_MARKED": _("黒塗りを確かめた"),
    "REQUEST_PROPOSED": _("開示請求への決定の案を出した"),
    "REQUEST_DECIDED": _("開示請求への決定をした"),
    "REQUEST_SENT": _("開示請求への決定を通知した"),
    "PAPER_MADE": _("書類を作って保存した"),
    "PAPER_OPENED": _("保存した書類を開いた"),
    "GUIDANCE_REVISED": _("手引きを書き直した"),
    "BODY_CHANGED": _("ほかの機関の内容を変えた"),
    "BODY_CHECKED": _("ほかの機関の連絡先を確かめた"),
    "BODY_CLOSED": _("ほかの機関の案内をやめた"),
    "BODY_OPENED": _("ほかの機関の案内を再開した"),
    "ALERT_ENTERED": _("注意情報を登録した"),
    "ALERT_ENDED": _("注意情報を終わりにした"),
    "SCAM_TYPE_ADDED": _("手口を足した"),
    "SCAM_TYPE_CONFIRMED": _("手口を確定した"),
    "SCAM_TYPE_RENAMED": _("手口の名前を変えた"),
    "SCAM_TYPE_MERGED": _("手口を統合した"),
    "SURGE_JUDGED": _("増えている手口の知らせを判断した"),
    "SURGE_RULES_CHANGED": _("増えている手口を知らせる決まりを変えた"),
    "SURGE_BREAK_ADDED": _("手口の数え方が変わった日を登録した"),
    "SURGE_BREAK_REMOVED": _("手口の数え方が変わった日を取り消した"),
    "WAVE_NAMED": _("増えている言葉から手口を作った"),
    "WAVE_DISMISSED": _("増えている言葉の候補を見送った"),
    "ACCOUNT_ADDED": _("利用者を追加した"),
    "ACCOUNT_CHANGED": _("利用者を変更した"),
    "ACCOUNT_STOPPED": _("利用者を停止した"),
    "ACCOUNT_RESTORED": _("利用者を再開した"),
    "PASSWORD_SET": _("パスワードを設定し直した"),
}

_PERSONS: Final = {"caller": _("相談者"), "party": _("契約当事者")}
_FIELDS: "Final[Mapping[str, _StrPromise]]" = {
    "subject": _("件名"),
    "narrative": _("相談概要"),
    "advice": _("助言・処理概要"),
    "trader_name": _("事業者名"),
    "follow_ups": _("経過"),
    "redacted": _("伏せた文と分類"),
    "coded": _("受付日・分類・金額"),
    "approval_comments": _("決裁のコメント"),
    "attachments": _("添付ファイルの名前"),
    "attachment": _("添付ファイル"),
    "name": _("氏名"),
    "kana": _("カナ"),
    "phone": _("電話"),
    "care": _("配慮すること"),
    "traders": _("事業者"),
    "transfers": _("送金先"),
    "consents": _("同意と連絡の条件"),
    "referrals": _("紹介・つなぎ"),
    "postcode": _("郵便番号"),
    "address": _("住所"),
    "birth_date": _("生年月日"),
    "email": _("メールアドレス"),
    "display_name": _("表示名"),
    "role_codes": _("役割"),
}


# Values of which a case has several come by their uid.
_ONE_OF: Final = {"follow_up": "follow_ups", "attachment": "attachments", "approval": "approval_comments"}


def action_text(action: str) -> str:
    """The action in words, or its name where the log is newer than this program."""
    return str(ACTIONS.get(action, action))


def field_text(name: str) -> str:
    """「相談者の電話」 for `caller.phone`, 「経過」 for `follow_up.<uid>`; an unknown name stands as it is."""
    person, _dot, field = name.rpartition(".")
    if person in _ONE_OF:
        return str(_FIELDS[_ONE_OF[person]])
    text = str(_FIELDS.get(field, field))
    return f"{_PERSONS[person]} {text}" if person in _PERSONS else text


def purpose_text(purpose: str) -> str:
    return str(Purpose(purpose).label) if purpose in Purpose.values else purpose


_FORMS: Final = {"xlsx": "Excel", "csv": "CSV", "csv-cp932": "CSV(Shift_JIS)"}


def export_text(action: str, reason: str) -> str:
    """「Excel 2026-04-01〜2026-11-23 手口(主)×年代」 of a table taken away; empty for every other entry."""
    form, _space, query = reason.partition(" ")
    if action != "NUMBERS_EXPORTED" or form not in _FORMS:
        return ""
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    axes = [
        str(DIMENSIONS[asked[name]].label) for name in ("rows", "columns") if asked.get(name) in DIMENSIONS
    ]
    period = _("%(since)s〜%(until)s") % {"since": asked.get("since", ""), "until": asked.get("until", "")}
    return f"{_FORMS[form]} {period} {'×'.join(axes)}".rstrip()


def device_text(action: str, reason: str) -> str:
    """「端末 1a2b3c4d」 of a sign-in; empty for every other entry."""
    return _("端末 %(uid)s") % {"uid": reason[:8]} if action == "SIGNED_IN" and reason else ""


def approval_text(action: str, reason: str) -> str:
    """「相談の3版」 of a step of 決裁: which state of the case it is about; empty for every other entry."""
    revision = reason.rpartition(" ")[2]
    if not action.startswith("APPROVAL_") or not revision.isdigit():
        return ""
    return _("相談の%(n)s版") % {"n": revision}


def account_named(action: str, reason: str) -> uuid.UUID | None:
    """The account that an entry about accounts speaks of."""
    if not action.startswith(("ACCOUNT_", "PASSWORD_", "HAND_OVER_")):
        return None
    try:
        return uuid.UUID(reason)
    except ValueError:
        return None
