"""A college's whole ledger: every sheet's rows, from one college and year."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.ledger.workbook import Record
from evalkit.synthetic.activities import activities_of, activity_rows
from evalkit.synthetic.checks import check_rows, checks_of
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.counselling import group_rows, individual_rows
from evalkit.synthetic.crisis import crisis_rows
from evalkit.synthetic.funds import fund_rows
from evalkit.synthetic.monthly import monthly_rows
from evalkit.synthetic.outcomes import award_rows, highlight_rows, research_rows
from evalkit.synthetic.peers import CORE, peer_rows, peer_training_rows, peer_work_rows, peers_of
from evalkit.synthetic.register import CHECKED, Case, case_rows
from evalkit.synthetic.screening import screening_rows
from evalkit.synthetic.staff import staff_rows
from evalkit.synthetic.station import confidentiality_rows, facility_rows, meeting_rows
from evalkit.synthetic.structure import class_base_rows
from evalkit.synthetic.training import Training, head_form_rows, training_rows, trainings_of
from evalkit.synthetic.year_plan import plan_rows

__all__ = ["ledger_rows"]

TEMPLATE_VERSION = "v2025.1"


def ledger_rows(
    here: CollegeYear, cases: Sequence[Case], past_trainings: Sequence[Training]
) -> dict[str, list[Record]]:
    """Return the rows of all college sheets by machine name.

    Parameters
    ----------
    here : CollegeYear
        College and year.
    cases : sequence of Case
        The year's register of priority-care students.
    past_trainings : sequence of Training
        Trainings of the years before, which the head's form tells about.
    """
    activities = activities_of(here)
    peers = peers_of(here)
    checks = checks_of(here)
    brought = [case.opened for case in cases if case.found_by == CHECKED]
    core = [(peer.code, peer.from_date) for peer in peers if peer.role == CORE]
    return {
        "base_info": _base_info(here),
        "class_base": class_base_rows(here.structure),
        "plan_items": plan_rows(here, activities),
        "rules_meetings": meeting_rows(here),
        "facilities": facility_rows(here),
        "funds": fund_rows(here, activities),
        "staff": staff_rows(here.staff, here.year, core[: 1 + (here.merit > 0.5)]),
        "staff_training": training_rows(here, trainings_of(here)),
        "activities": activity_rows(activities),
        "peer_roster": peer_rows(peers),
        "peer_training": peer_training_rows(here, peers),
        "screening": screening_rows(here, cases),
        "checks": check_rows(here, checks, brought),
        "individual": individual_rows(here),
        "group_work": group_rows(here),
        "monthly": monthly_rows(here, cases),
        "key_students": case_rows(here, cases),
        "crisis": crisis_rows(here),
        "peer_work": peer_work_rows(here, peers),
        "research": research_rows(here),
        "awards": award_rows(here),
        "confidentiality": confidentiality_rows(here),
        "highlights": highlight_rows(here, activities),
        "head_form": head_form_rows(here, past_trainings),
    }


def _base_info(here: CollegeYear) -> list[Record]:
    structure, staff = here.structure, here.staff
    return [
        {
            "academic_year": here.year.name,
            "college_name": here.college.name,
            "college_code": here.code,
            "station_name": f"{here.college.name}二级心理辅导站",
            "head_name": staff.head.name,
            "leader_name": staff.leader,
            "archivist_name": staff.archivist.name,
            "n_students": structure.n_students,
            "n_freshmen": structure.in_grade(here.year.start),
            "n_classes": len(structure.classes),
            "n_dorms": structure.n_dorms,
            "n_counsellors": len({each.counsellor for each in structure.classes}),
            "filled_by": staff.clerk.name,
            "reviewed_by": staff.head.name,
            "filled_on": here.draws("cover").pick(here.terms.filling),
            "template_version": TEMPLATE_VERSION,
        }
    ]
