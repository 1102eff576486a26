// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "../../src/leases/ILeases.sol";
import { LeaseModel } from "./LeaseModel.sol";
import { LeaseStories } from "./LeaseStories.sol";

/// @title Random stories, told to the contract and to the model: equal to the wei after each step.
/// @dev 256 stories of 400 steps that change something are more than 100,000. Forge prints the seed of a story that fails.
contract LeasesAgainstModelTest is LeaseStories {
    uint256 private constant STEPS = 400;
    uint256 private constant OUTCOMES = 14;
    /// @dev Far more than chance needs for as many that change something.
    uint256 private constant MOST_TRIES = 4 * STEPS;

    /// forge-config: default.fuzz.runs = 256
    function testFuzz_equalsTheModelAfterEachStep(uint256 seed) public {
        this.tell(seed);
    }

    /// @dev What no story reaches, no story checks.
    function test_theStoriesReachEveryRefusalAndEveryOutcome() public {
        uint256 refusals = uint256(type(ILeases.Refusal).max);
        uint256[] memory counts = new uint256[](refusals + OUTCOMES);
        uint256 start = vm.snapshotState();
        for (uint256 seed = 1; seed <= 16; ++seed) {
            this.tell(seed);
            for (uint256 i = 0; i < refusals; ++i) {
                counts[i] += countOf(ILeases.Refusal(i + 1));
            }
            for (uint256 i = 0; i < OUTCOMES; ++i) {
                counts[refusals + i] += countOf(_outcomes()[i]);
            }
            vm.revertToState(start);
        }
        for (uint256 i = 0; i < refusals; ++i) {
            assertTrue(counts[i] > 0, string.concat("refusal ", vm.toString(i + 1)));
        }
        for (uint256 i = 0; i < OUTCOMES; ++i) {
            assertTrue(counts[refusals + i] > 0, _outcomes()[i]);
        }
    }

    function _outcomes() private pure returns (string[OUTCOMES] memory) {
        return [
            "opened",
            "closed",
            "closed insolvent",
            "rewarded",
            "rewarded again in a batch",
            "billed",
            "billed a residue",
            "several payments in a batch",
            "shortfall",
            "skipped",
            "leaving used",
            "former limit used",
            "withdrawn",
            "terms"
        ];
    }

    /// @dev Called from outside, so that its memory is free again after each story.
    function tell(uint256 seed) external {
        seedWith(seed);
        uint256 effective = 0;
        for (uint256 tries = 0; effective < STEPS; ++tries) {
            assertTrue(tries < MOST_TRIES, "steps change too little");
            if (!step()) continue;
            ++effective;
            model.sweep();
            _compare(effective);
        }
    }

    /// @dev Accounts after each step, the leases of one tenant after another.
    function _compare(uint256 turn) private view {
        uint256 kept = 0;
        for (uint256 i = 0; i < TENANTS; ++i) {
            kept += _compareTenant(tenant(i));
        }
        assertEq(deposited, withdrawn + kept + paid + rewarded, "conservation");
        assertEq(address(LEASES).balance, kept, "what the contract holds");
        uint256 leases = model.entryCount();
        for (uint256 i = turn % 4; i < leases; i += 4) {
            _compareLease(model.entryAt(i));
        }
    }

    function _compareTenant(address who) private view returns (uint256 kept) {
        ILeases.AccountView memory own = LEASES.account(who);
        LeaseModel.Tenant memory expected = model.tenantOf(who);
        assertEq(own.balance, expected.balance, "balance");
        assertEq(own.leaving, expected.leaving, "leaving");
        assertEq(own.leavingSince, expected.leavingSince, "leavingSince");
        assertEq(own.charged, expected.charged, "charged");
        assertEq(own.maxTotal, expected.maxTotal, "maxTotal");
        assertEq(own.maxRate, expected.maxRate, "maxRate");
        assertEq(own.approvals, model.approvalsOf(who), "approvals");
        assertEq(own.holds, model.holds(who), "holds");
        assertEq(own.buffers, model.buffers(who), "buffers");
        assertEq(own.rateSum, model.rateSum(who), "rateSum");
        uint256 reserved = model.reserved(who);
        assertEq(LEASES.reservedAt(who, block.timestamp), reserved, "reserved");
        int256 spendable =
            int256(model.usable(who)) - int256(own.holds) - int256(own.buffers) - int256(reserved);
        assertTrue(LEASES.spendableAt(who, block.timestamp) == spendable, "spendable");
        assertEq(LEASES.runwayAt(who, block.timestamp), _runway(own.rateSum, spendable), "runway");
        assertTrue(own.holds <= own.balance, "holds are more than the balance");
        if (own.rateSum == 0) assertEq(own.weighted + own.buffers, 0, "nothing runs, something is kept");
        return own.balance + own.leaving;
    }

    /// @dev At the price of the running period; for ever where nothing runs.
    function _runway(uint256 rateSum, int256 spendable) private view returns (uint256) {
        if (rateSum == 0) return type(uint256).max;
        if (spendable <= 0) return 0;
        return uint256(spendable) * 3600 / (rateSum * this.priceOf((block.timestamp - GENESIS) / PERIOD));
    }

    /// @dev Opener and kind are forgotten once the instance's next lease opened.
    function _compareLease(LeaseModel.Entry memory expected) private view {
        ILeases.LeaseView memory own = LEASES.lease(expected.instance, expected.token);
        uint64 last = model.lastOf(expected.instance).token;
        assertEq(LEASES.lastToken(expected.instance), last, "last token");
        bool inPlace = expected.token == last;
        assertEq(own.token, expected.token, "token");
        assertEq(own.device, expected.device, "device");
        assertEq(own.rate, expected.rate, "rate");
        assertEq(own.from, expected.billedTo, "from");
        assertEq(own.end, expected.end, "end");
        assertEq(own.reserve, expected.buffer + expected.hold, "buffer or hold");
        assertEq(own.beneficiary, expected.beneficiary, "beneficiary");
        assertEq(own.opener, inPlace ? expected.opener : 0, "opener");
        assertEq(own.kind, inPlace ? expected.kind : 0, "kind");
    }
}
