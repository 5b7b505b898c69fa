from channelhub.core.models.attention import Notification, Task
from channelhub.core.models.delegations import Delegation
from channelhub.core.models.duplicates import (
    DuplicateCommon,
    DuplicateDue,
    DuplicateEntry,
    DuplicateUse,
    SuspectedPair,
)
from channelhub.core.models.exports import ExportJob
from channelhub.core.models.feeds import ExternalCode, Feed
from channelhub.core.models.heartbeats import Heartbeat
from channelhub.core.models.idempotency import IdempotentAnswer
from channelhub.core.models.imports import FieldMapping, ImportJob, ImportRow, LookupTable, LookupValue, MappingProfile
from channelhub.core.models.months import AccountingMonth
from channelhub.core.models.night import JobChunk, JobLog, JobRun, JobStep
from channelhub.core.models.outbox import EventHandling, OutboxEvent
from channelhub.core.models.people import Role, User, UserRole
from channelhub.core.models.search import SearchDue, SearchEntry
from channelhub.core.models.staff import SavedView, ViewAs
from channelhub.core.models.threads import Comment, Document
from channelhub.core.models.workflow import WorkflowDefinition, WorkflowStep, WorkflowVersion
from channelhub.core.models.workflow_cases import CaseDecision, CaseStep, WorkflowCase

__all__ = [
    "AccountingMonth",
    "CaseDecision",
    "CaseStep",
    "Comment",
    "Delegation",
    "Document",
    "DuplicateCommon",
    "DuplicateDue",
    "DuplicateEntry",
    "DuplicateUse",
    "EventHandling",
    "ExportJob",
    "ExternalCode",
    "Feed",
    "FieldMapping",
    "Heartbeat",
    "IdempotentAnswer",
    "ImportJob",
    "ImportRow",
    "JobChunk",
    "JobLog",
    "JobRun",
    "JobStep",
    "LookupTable",
    "LookupValue",
    "MappingProfile",
    "Notification",
    "OutboxEvent",
    "Role",
    "SavedView",
    "SearchDue",
    "SearchEntry",
    "SuspectedPair",
    "Task",
    "User",
    "UserRole",
    "ViewAs",
    "WorkflowCase",
    "WorkflowDefinition",
    "WorkflowStep",
    "WorkflowVersion",
]
