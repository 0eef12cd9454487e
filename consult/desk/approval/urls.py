"""The pages of 決裁."""

from django.urls import path

from consult.desk.approval import asking, card, lists

urlpatterns = [
    path("approvals/", lists.Approvals.as_view(), name="approvals"),
    path("approvals/approve", lists.ApproveSeveral.as_view(), name="approvals-approve"),
    path("approvals/own", lists.OwnApprovals.as_view(), name="own-approvals"),
    path("approvals/<uuid:uid>/", card.ApprovalCard.as_view(), name="approval"),
    path("approvals/<uuid:uid>/seen", card.NoteSeen.as_view(), name="approval-seen"),
    path("approvals/<uuid:uid>/decide", card.Decide.as_view(), name="approval-decide"),
    path("approvals/<uuid:uid>/reveal", card.RevealForApproval.as_view(), name="approval-reveal"),
    path("cases/<uuid:uid>/approval", asking.AskForApproval.as_view(), name="case-approval"),
    path(
        "cases/<uuid:uid>/approval/withdraw", asking.WithdrawApproval.as_view(), name="case-approval-withdraw"
    ),
]
