// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { OwnableUpgradeable } from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { LeasesFixture } from "./LeasesFixture.sol";

/// @title What an account shows of itself, what it refuses, and the terms that a vote sets.
contract LeasesAccountsTest is LeasesFixture {
    uint256 private constant SECOND = RATE * (PRICE / 3600);
    uint256 private constant BUFFER = SECOND * 60;
    uint256 private constant FUNDS = 1000 * SECOND;

    address private alice = tenant(1);
    InstanceKey private instance = instanceOf(tenant(1), 1);

    function setUp() public {
        setUpLeases();
        vm.deal(address(this), FUNDS);
        LEASES.deposit{ value: FUNDS }(alice);
        vm.startPrank(alice);
        LEASES.approve(1);
        LEASES.setLimits(type(uint96).max, type(uint40).max);
        vm.stopPrank();
        openOne(masternode(1), ILeases.Opening(instance, 7, 1, uint40(GENESIS), 1, 0));
    }

    // ---- views ----

    function testFuzz_aReservationGrowsBySecondsAtTheRate(uint256 elapsed) public {
        elapsed = bound(elapsed, 0, PERIOD - 1);
        vm.warp(GENESIS + elapsed);
        assertEq(LEASES.reservedAt(alice, block.timestamp), elapsed * SECOND, "reserved");
        int256 spendable = int256(FUNDS - BUFFER) - int256(elapsed * SECOND);
        assertTrue(LEASES.spendableAt(alice, block.timestamp) == spendable, "spendable");
    }

    function test_aViewLooksAheadAndNeverBack() public {
        vm.warp(GENESIS + 10);
        assertEq(LEASES.reservedAt(alice, GENESIS + 100), 100 * SECOND, "in 90 seconds");
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesTimeInPast.selector, GENESIS + 9));
        LEASES.reservedAt(alice, GENESIS + 9);
    }

    function test_theRunwayEndsWhenNothingIsSpendable() public view {
        uint256 runway = LEASES.runwayAt(alice, GENESIS);
        assertEq(runway, 1000 - 60, "seconds");
        assertTrue(LEASES.spendableAt(alice, GENESIS + runway) == 0, "then nothing is left");
        assertEq(LEASES.runwayAt(alice, GENESIS + runway), 0, "at its end");
        assertEq(LEASES.runwayAt(tenant(9), GENESIS), type(uint256).max, "without a lease");
    }

    function test_anAccountShowsWhatItOwes() public {
        vm.warp(GENESIS + 100);
        closeOne(alice, instance, 1);
        ILeases.AccountView memory own = LEASES.account(alice);
        assertEq(own.balance, FUNDS, "balance");
        assertEq(own.holds, 100 * SECOND, "holds");
        assertEq(
            own.buffers + own.rateSum + own.weighted + own.charged, 0, "nothing runs, nothing was charged"
        );
        assertEq(own.maxTotal, type(uint96).max, "maxTotal");
        assertEq(own.approvals, 1, "approvals");
    }

    function test_aLeaseShowsItselfUntilItIsFinished() public {
        vm.warp(GENESIS + 100);
        closeOne(alice, instance, 1);
        ILeases.LeaseView memory closed = LEASES.lease(instance, 1);
        assertEq(closed.end, GENESIS + 100, "end");
        assertEq(closed.reserve, 100 * SECOND, "hold");
        openOne(masternode(1), ILeases.Opening(instance, 7, 1, uint40(GENESIS + 100), 2, 0));
        ILeases.LeaseView memory residue = LEASES.lease(instance, 1);
        assertEq(residue.end, GENESIS + 100, "end of what is left to bill");
        assertEq(residue.reserve, 100 * SECOND, "its hold");
        assertEq(LEASES.lastToken(instance), 2, "last token");
        vm.warp(GENESIS + PERIOD);
        SETTLEMENT.settle(0);
        billOne(0, instance, 1, 100);
        assertEq(LEASES.lease(instance, 1).token, 0, "finished");
    }

    function test_anApprovalIsShownWhileItStands() public {
        assertTrue(LEASES.isApproved(alice, 1), "approved");
        vm.prank(alice);
        LEASES.revoke(1);
        assertFalse(LEASES.isApproved(alice, 1), "revoked");
    }

    function test_approvingOrRevokingTwiceChangesNothing() public {
        vm.startPrank(alice);
        LEASES.approve(1);
        assertEq(LEASES.account(alice).approvals, 1, "approved once");
        LEASES.revoke(1);
        LEASES.revoke(1);
        LEASES.revoke(2);
        assertEq(LEASES.account(alice).approvals, 0, "revoked once");
    }

    // ---- what is refused ----

    function test_nothingIsDepositedForNobody() public {
        vm.expectRevert(ILeases.LeasesAmountZero.selector);
        LEASES.deposit(alice);
        vm.deal(address(this), 1);
        vm.expectRevert(ILeases.LeasesDepositForNobody.selector);
        LEASES.deposit{ value: 1 }(address(0));
    }

    function test_aMasternodeThatNobodyKnowsCannotBeApproved() public {
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesMasternodeUnknown.selector, uint32(99)));
        vm.prank(alice);
        LEASES.approve(99);
    }

    function test_nothingLeavesThatWasNotAnnounced() public {
        vm.startPrank(alice);
        vm.expectRevert(ILeases.LeasesAmountZero.selector);
        LEASES.announceWithdrawal(0);
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesNothingLeaving.selector, alice));
        LEASES.cancelWithdrawal();
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesNothingLeaving.selector, alice));
        LEASES.withdraw(alice);
    }

    function test_aCancelledWithdrawalIsBalanceAgain() public {
        vm.startPrank(alice);
        LEASES.announceWithdrawal(7);
        LEASES.cancelWithdrawal();
        ILeases.AccountView memory own = LEASES.account(alice);
        assertEq(own.balance, FUNDS, "balance");
        assertEq(own.leaving, 0, "leaving");
        assertEq(own.charged, 0, "the limit is as it was");
    }

    function test_aReceiverThatRefusesKeepsTheWithdrawalWhereItIs() public {
        vm.startPrank(alice);
        LEASES.announceWithdrawal(7);
        vm.warp(GENESIS + 61);
        vm.expectRevert(
            abi.encodeWithSelector(ILeases.LeasesWithdrawalRefused.selector, address(PRICES), uint256(7))
        );
        LEASES.withdraw(address(PRICES));
        assertEq(LEASES.account(alice).leaving, 7, "leaving");
        LEASES.withdraw(tenant(9));
        assertEq(tenant(9).balance, 7, "to one that takes it");
    }

    // ---- terms ----

    function testFuzz_termsStayWithinTheirBounds(uint32 buffer, uint32 delay, uint16 reward) public {
        (buffer, delay) = (uint32(bound(buffer, 300, 90_000)), uint32(bound(delay, 300, 9000)));
        reward = uint16(bound(reward, 0, 3000));
        bool valid = buffer >= 600 && buffer <= 86_400 && delay >= 600 && delay <= 7200 && reward <= 2000;
        if (!valid) vm.expectPartialRevert(ILeases.LeasesOutOfRange.selector);
        vm.prank(owner);
        LEASES.setTerms(ILeases.Terms(buffer, delay, reward));
        assertEq(LEASES.terms().bufferSeconds, valid ? buffer : 60, "buffer");
    }

    function test_termsAtTheirBoundsHold() public {
        _setTerms(600, 600, 0);
        _setTerms(86_400, 7200, 2000);
        _expectOutOfRange(599, 600, 86_400);
        _setTerms(599, 600, 0);
        _expectOutOfRange(86_401, 600, 86_400);
        _setTerms(86_401, 600, 0);
        _expectOutOfRange(7201, 600, 7200);
        _setTerms(600, 7201, 0);
        _expectOutOfRange(2001, 0, 2000);
        _setTerms(600, 600, 2001);
    }

    function test_onlyTheOwnerSetsTerms() public {
        vm.expectRevert(abi.encodeWithSelector(OwnableUpgradeable.OwnableUnauthorizedAccount.selector, alice));
        vm.prank(alice);
        LEASES.setTerms(ILeases.Terms(600, 600, 0));
    }

    function _setTerms(uint32 buffer, uint32 delay, uint16 reward) private {
        vm.prank(owner);
        LEASES.setTerms(ILeases.Terms(buffer, delay, reward));
    }

    function _expectOutOfRange(uint256 value, uint256 least, uint256 most) private {
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesOutOfRange.selector, value, least, most));
    }
}
