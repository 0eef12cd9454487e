"""The managers' pages."""

from django.urls import include, path

from consult.manage import accounts, age_limits, audit_log, districts, drilled, imports, numbers, search_index

urlpatterns = [
    path("numbers/", numbers.Numbers.as_view(), name="numbers"),
    path("numbers/export/<slug:form>", numbers.ExportNumbers.as_view(), name="numbers-export"),
    path("health/", include("consult.manage.health.urls")),
    path("numbers/cases/", drilled.NumbersCases.as_view(), name="numbers-cases"),
    path("", include("consult.manage.answers.urls")),
    path("numbers/board/", include("consult.manage.boards.urls")),
    path("audit/", audit_log.AuditLog.as_view(), name="audit"),
    path("protection/", include("consult.manage.protection.urls")),
    path("settings/search/", search_index.SearchIndex.as_view(), name="search-index"),
    path("settings/search/rebuild", search_index.RebuildIndex.as_view(), name="search-rebuild"),
    path("settings/search/compare", search_index.CompareIndex.as_view(), name="search-compare"),
    path("settings/search/letters", search_index.Letters.as_view(), name="search-letters"),
    path("age-limits/", age_limits.AgeLimitsPage.as_view(), name="age-limits"),
    path("code-map/", include("consult.manage.code_map.urls")),
    path("districts/", districts.Districts.as_view(), name="districts"),
    path("", include("consult.manage.report.urls")),
    path("", include("consult.manage.releases.urls")),
    path("", include("consult.manage.editions.urls")),
    path("population/", include("consult.manage.population.urls")),
    path("surges/", include("consult.manage.surges.urls")),
    path("published/", include("consult.manage.history.urls")),
    path("accounts/", accounts.Accounts.as_view(), name="accounts"),
    path("accounts/<uuid:uid>/", accounts.AccountPage.as_view(), name="account"),
    path("accounts/<uuid:uid>/change", accounts.ChangeAccount.as_view(), name="account-change"),
    path("accounts/<uuid:uid>/password", accounts.SetPassword.as_view(), name="account-password"),
    path("accounts/<uuid:uid>/stop", accounts.StopAccount.as_view(), name="account-stop"),
    path("accounts/<uuid:uid>/restore", accounts.RestoreAccount.as_view(), name="account-restore"),
    path("imports/", imports.Imports.as_view(), name="imports"),
    path("imports/<uuid:uid>/", imports.ImportPage.as_view(), name="import"),
    path("imports/<uuid:uid>/columns", imports.MatchColumns.as_view(), name="import-columns"),
    path("imports/<uuid:uid>/start", imports.StartImport.as_view(), name="import-start"),
    path("imports/<uuid:uid>/discard", imports.DiscardImport.as_view(), name="import-discard"),
    path("imports/<uuid:uid>/rows.csv", imports.FaultyRows.as_view(), name="import-rows"),
]
