// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { LeasesFixture } from "./LeasesFixture.sol";

/// @title Each way in which a model of the leases was robbed, stuck or drained once, and how it fails here.
contract LeasesAttacksTest is LeasesFixture {
    address private alice = tenant(1);
    address private mallory = tenant(2);
    InstanceKey private instance = instanceOf(alice, 1);
    /// @dev A second of the small kind at the first price.
    uint256 private constant SECOND = RATE * (PRICE / 3600);
    uint256 private constant BUFFER = SECOND * 60;

    function setUp() public {
        setUpLeases();
        _fund(alice, 1000 * SECOND);
    }

    // ---- bills: late, selective, shuffled ----

    function test_lateBillsCannotBeOutrunByAWithdrawal() public {
        _open(instance, 1, 0);
        vm.warp(GENESIS + 2 * PERIOD);
        uint256 reserved = 2 * PERIOD * SECOND;
        vm.startPrank(alice);
        uint256 free = 1000 * SECOND - reserved - BUFFER;
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesBalanceCommitted.selector, free + 1, free));
        LEASES.announceWithdrawal(uint96(free + 1));
        LEASES.announceWithdrawal(uint96(free));
        vm.stopPrank();
        _settle(0);
        _settle(1);
        billOne(0, instance, 1, uint32(PERIOD));
        billOne(1, instance, 1, uint32(PERIOD));
        assertEq(TREASURY.shared(), reserved, "paid late, in full");
    }

    function test_billsOfOneLeaseOnlyCountInTheOrderOfPeriods() public {
        _open(instance, 1, 0);
        vm.warp(GENESIS + 3 * PERIOD);
        _settle(0);
        _settle(1);
        assertTrue(
            billOne(1, instance, 1, uint32(PERIOD)) == ILeases.Refusal.NotThisPeriod, "period 1 before 0"
        );
        assertTrue(billOne(0, instance, 1, uint32(PERIOD)) == ILeases.Refusal.None, "period 0");
        assertTrue(billOne(0, instance, 1, uint32(PERIOD)) == ILeases.Refusal.NotThisPeriod, "period 0 twice");
        assertTrue(billOne(1, instance, 1, uint32(PERIOD)) == ILeases.Refusal.None, "period 1");
        assertEq(TREASURY.shared(), 2 * PERIOD * SECOND, "each second once");
    }

    function test_billingSomeLeasesFirstTakesNothingThatIsHeldForOthers() public {
        InstanceKey second = instanceOf(alice, 2);
        _open(instance, 1, 0);
        _open(second, 1, 0);
        vm.warp(GENESIS + 200);
        closeOne(alice, instance, 1);
        vm.warp(GENESIS + PERIOD);
        _settle(0);
        uint256 hold = 200 * SECOND;
        assertEq(LEASES.account(alice).holds, hold, "held for the closed one");
        vm.warp(GENESIS + 5 * PERIOD);
        billOne(0, second, 1, type(uint32).max);
        for (uint256 period = 1; period < 5; ++period) {
            _settle(period);
            billOne(period, second, 1, type(uint32).max);
        }
        uint256 before = TREASURY.shared();
        assertEq(LEASES.account(alice).balance, hold, "the open one took all but the hold");
        billOne(0, instance, 1, 200);
        assertEq(TREASURY.shared() - before, hold, "the hold is paid in full");
    }

    function test_secondsPastTheOverlapAreCut() public {
        vm.warp(GENESIS + 100);
        _open(instance, 1, 100);
        vm.warp(GENESIS + 150);
        closeOne(alice, instance, 1);
        vm.warp(GENESIS + PERIOD);
        _settle(0);
        vm.expectEmit(address(LEASES));
        emit ILeases.LeaseBilled(instance, 1, 0, 50, 50 * SECOND);
        billOne(0, instance, 1, type(uint32).max);
        assertEq(TREASURY.shared(), 50 * SECOND, "fifty seconds ran");
        InstanceKey second = instanceOf(alice, 2);
        vm.warp(GENESIS + PERIOD + 100);
        _open(second, 1, PERIOD + 100);
        vm.warp(GENESIS + 2 * PERIOD);
        _settle(1);
        vm.expectEmit(address(LEASES));
        emit ILeases.LeaseBilled(second, 1, 1, 200, 200 * SECOND);
        billOne(1, second, 1, type(uint32).max);
        assertEq(TREASURY.shared(), 250 * SECOND, "an open one ran for two hundred");
    }

    function test_darkSecondsAreGivenBackWhenThePeriodIsBilled() public {
        _open(instance, 1, 0);
        vm.warp(GENESIS + PERIOD);
        _settle(0);
        billOne(0, instance, 1, 10);
        assertEq(TREASURY.shared(), 10 * SECOND, "witnessed seconds");
        assertEq(LEASES.reservedAt(alice, block.timestamp), 0, "nothing of the period is reserved");
    }

    function test_aShortfallIsNeverCollectedLater() public {
        _setLimits(alice, uint96(BUFFER + 100 * SECOND));
        _open(instance, 1, 0);
        vm.warp(GENESIS + PERIOD);
        _settle(0);
        billOne(0, instance, 1, uint32(PERIOD));
        assertEq(TREASURY.shared(), 160 * SECOND, "all that the limit allows");
        _setLimits(alice, type(uint96).max);
        assertTrue(billOne(0, instance, 1, uint32(PERIOD)) == ILeases.Refusal.NotThisPeriod, "period 0 again");
        assertEq(TREASURY.shared(), 160 * SECOND, "nothing more");
    }

    // ---- names ----

    function test_aForeignInstanceIdCannotBeUsedUp() public {
        _fund(mallory, 1000 * SECOND);
        InstanceKey twin = instanceOf(mallory, 1);
        assertTrue(_tryOpen(twin, 2 ** 32, 0) == ILeases.Refusal.None, "mallory leaps in her own numbers");
        assertTrue(_tryOpen(instance, 1, 0) == ILeases.Refusal.None, "alice starts at 1 all the same");
    }

    function test_aTokenCannotLeapToTheEndOfTheNumbers() public {
        assertTrue(_tryOpen(instance, type(uint64).max, 0) == ILeases.Refusal.TokenNotNext, "the last number");
        assertTrue(_tryOpen(instance, 2 ** 32 + 1, 0) == ILeases.Refusal.TokenNotNext, "one too far");
        assertTrue(_tryOpen(instance, 2 ** 32, 0) == ILeases.Refusal.None, "as far as allowed");
        closeOne(alice, instance, 2 ** 32);
        assertTrue(_tryOpen(instance, 2 ** 32, 0) == ILeases.Refusal.TokenNotNext, "the same again");
    }

    function test_anotherTenantCannotCloseOrBillALease() public {
        _open(instance, 1, 0);
        assertTrue(closeOne(mallory, instance, 1) == ILeases.Refusal.NotAllowed, "close");
        ILeases.Bill[] memory bills = new ILeases.Bill[](1);
        bills[0] = ILeases.Bill(instance, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesCallerNotSettlement.selector, address(this)));
        LEASES.bill(0, bills);
    }

    // ---- races of the tenant ----

    function test_aWithdrawalStillServesWhatStartedBeforeIt() public {
        vm.warp(GENESIS + 100);
        vm.prank(alice);
        LEASES.announceWithdrawal(uint96(1000 * SECOND));
        vm.warp(GENESIS + 130);
        assertTrue(
            _tryOpen(instance, 1, 101) == ILeases.Refusal.FundsTooLow, "started after the announcement"
        );
        assertTrue(_tryOpen(instance, 1, 100) == ILeases.Refusal.None, "started with it");
        ILeases.AccountView memory own = LEASES.account(alice);
        assertEq(own.leaving, 1000 * SECOND - 30 * SECOND - BUFFER, "what the lease needs came back");
        assertEq(own.balance, 30 * SECOND + BUFFER, "exactly");
    }

    function test_aWithdrawalLeavesStrictlyAfterTheDelay() public {
        vm.prank(alice);
        LEASES.announceWithdrawal(uint96(SECOND));
        vm.warp(GENESIS + 60);
        vm.expectRevert(
            abi.encodeWithSelector(ILeases.LeasesWithdrawalTooEarly.selector, GENESIS + 60, GENESIS + 60)
        );
        vm.prank(alice);
        LEASES.withdraw(alice);
        vm.warp(GENESIS + 61);
        vm.prank(alice);
        LEASES.withdraw(alice);
        assertEq(alice.balance, SECOND, "left");
    }

    function test_revokingBeforeTheWithdrawalDoesNotSkipTheDelay() public {
        vm.warp(GENESIS + 10);
        vm.startPrank(alice);
        LEASES.revoke(1);
        LEASES.announceWithdrawal(uint96(SECOND));
        vm.expectRevert(
            abi.encodeWithSelector(ILeases.LeasesWithdrawalTooEarly.selector, GENESIS + 10, GENESIS + 70)
        );
        LEASES.withdraw(alice);
        vm.warp(GENESIS + 71);
        LEASES.withdraw(alice);
        vm.stopPrank();
        assertEq(alice.balance, SECOND, "left");
    }

    function test_nobodyWaitsWhoApprovedNobody() public {
        vm.deal(mallory, SECOND);
        vm.startPrank(mallory);
        LEASES.deposit{ value: SECOND }(mallory);
        LEASES.announceWithdrawal(uint96(SECOND));
        LEASES.withdraw(mallory);
        vm.stopPrank();
        assertEq(mallory.balance, SECOND, "at once");
    }

    function test_aRevocationOnlyStopsWhatStartsAfterIt() public {
        vm.warp(GENESIS + 100);
        vm.prank(alice);
        LEASES.revoke(1);
        vm.warp(GENESIS + 120);
        assertTrue(_tryOpen(instance, 1, 101) == ILeases.Refusal.NotApproved, "started after it");
        assertTrue(_tryOpen(instance, 1, 100) == ILeases.Refusal.None, "started before it");
    }

    function test_aLimitCannotBeLoweredBelowWhatRuns() public {
        _open(instance, 1, 0);
        vm.warp(GENESIS + 50);
        uint256 least = BUFFER + 50 * SECOND;
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesLimitBelowCommitted.selector, least - 1, least));
        vm.prank(alice);
        LEASES.setLimits(uint96(least - 1), type(uint40).max);
        _setLimits(alice, uint96(least));
        vm.warp(GENESIS + PERIOD);
        _settle(0);
        billOne(0, instance, 1, 50);
        assertEq(TREASURY.shared(), 50 * SECOND, "what ran before the limit is paid");
    }

    function test_noMasternodePassesTheTenantsLimits() public {
        vm.prank(alice);
        LEASES.setLimits(uint96(2 * BUFFER), RATE);
        vm.warp(GENESIS + 1);
        _open(instance, 1, 1);
        assertTrue(
            _tryOpen(instanceOf(alice, 2), 1, 1) == ILeases.Refusal.RateAboveLimit,
            "a second lease, same rate"
        );
        vm.warp(GENESIS + PERIOD);
        _settle(0);
        billOne(0, instance, 1, uint32(PERIOD));
        assertEq(TREASURY.shared(), 2 * BUFFER, "never more than maxTotal");
        vm.warp(GENESIS + 2 * PERIOD);
        _settle(1);
        billOne(1, instance, 1, uint32(PERIOD));
        assertEq(TREASURY.shared(), 2 * BUFFER, "not in a later period either");
    }

    // ---- same second, rewards ----

    function test_openingAndClosingInTheSameSecondCostsNothing() public {
        for (uint64 token = 1; token <= 20; ++token) {
            _open(instance, token, 0);
            closeOne(masternode(1), instance, token);
        }
        ILeases.AccountView memory own = LEASES.account(alice);
        assertEq(own.holds + own.buffers + own.rateSum + own.weighted, 0, "nothing is kept");
        assertEq(own.balance, 1000 * SECOND, "nothing is paid");
        vm.warp(GENESIS + PERIOD);
        _settle(0);
        assertTrue(billOne(0, instance, 20, 300) == ILeases.Refusal.AlreadyFinished, "nothing to bill");
    }

    function test_closingForARewardNeedsInsolvency() public {
        _open(instance, 1, 0);
        _settleEnded();
        assertTrue(closeInsolventOne(stranger, instance, 1) == ILeases.Refusal.Solvent, "solvent");
        assertEq(stranger.balance, 0, "no reward");
    }

    function test_closingForARewardStopsWhenTheAccountIsSolventAgain() public {
        _setLimits(alice, uint96(2 * BUFFER + 2 * PERIOD * SECOND));
        InstanceKey second = instanceOf(alice, 2);
        _open(instance, 1, 0);
        _open(second, 1, 0);
        vm.warp(GENESIS + PERIOD + 30);
        _settle(0);
        assertTrue(closeInsolventOne(stranger, instance, 1) == ILeases.Refusal.None, "insolvent");
        assertTrue(
            closeInsolventOne(stranger, second, 1) == ILeases.Refusal.Solvent, "its buffer is free now"
        );
        assertEq(stranger.balance, BUFFER / 10, "a tenth of one buffer");
    }

    /// @dev The opener's approval ends before it closes, so that it is nothing but the opener.
    function test_theTenantItsMasternodesAndTheOpenerGetNoReward() public {
        vm.prank(alice);
        LEASES.approve(2);
        address[3] memory closers = [alice, masternode(2), masternode(1)];
        for (uint64 i = 0; i < 3; ++i) {
            uint256 start = block.timestamp;
            ILeases.AccountView memory own = LEASES.account(alice);
            _setLimits(alice, uint96(own.charged + own.holds + BUFFER + 1));
            _open(instance, i + 1, start - GENESIS);
            if (closers[i] == masternode(1)) _revoke(1);
            vm.warp(start + 2);
            _settleEnded();
            uint256 before = closers[i].balance;
            assertTrue(closeInsolventOne(closers[i], instance, i + 1) == ILeases.Refusal.None, "closed");
            assertEq(closers[i].balance, before, "no reward");
        }
    }

    function test_theOpenerMayCloseWhatItOpenedWhenNothingElseIsItsOwn() public {
        InstanceKey second = instanceOf(alice, 2);
        _open(instance, 1, 0);
        _open(second, 1, 0);
        _revoke(1);
        assertTrue(closeOne(masternode(2), instance, 1) == ILeases.Refusal.NotAllowed, "another masternode");
        assertTrue(closeOne(masternode(1), instance, 1) == ILeases.Refusal.None, "its opener");
        MASTERNODES.setActive(1, false);
        assertTrue(closeOne(masternode(1), second, 1) == ILeases.Refusal.None, "even while it is not active");
    }

    function test_insolvencyByASettlementThatStandsStillPaysNobody() public {
        _open(instance, 1, 0);
        vm.warp(GENESIS + 5 * PERIOD);
        assertTrue(LEASES.spendableAt(alice, block.timestamp) < 0, "reservations grew past the balance");
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesSettlementStale.selector, GENESIS));
        LEASES.closeInsolvent(refs(instance, 1));
        _settle(0);
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesSettlementStale.selector, GENESIS + 4 * PERIOD));
        LEASES.closeInsolvent(refs(instance, 1));
    }

    /// @dev Three periods and a minute's buffer: then what is reserved is more than the whole balance.
    function test_theRewardNeverTakesWhatIsHeld() public {
        _open(instance, 1, 0);
        _settleEnded();
        vm.warp(GENESIS + 1000);
        assertTrue(closeInsolventOne(stranger, instance, 1) == ILeases.Refusal.None, "closed");
        ILeases.AccountView memory own = LEASES.account(alice);
        assertEq(own.holds, own.balance, "everything is held");
        assertEq(own.balance, 1000 * SECOND, "nothing left");
        assertEq(stranger.balance, 0, "no reward");
    }

    function test_theRewardIsWhatTheHoldLeaves() public {
        _open(instance, 1, 0);
        _settleEnded();
        vm.warp(GENESIS + 997);
        assertTrue(closeInsolventOne(stranger, instance, 1) == ILeases.Refusal.None, "closed");
        assertEq(stranger.balance, 3 * SECOND, "three seconds were not held, a tenth of the buffer is six");
        ILeases.AccountView memory own = LEASES.account(alice);
        assertEq(own.holds, 997 * SECOND, "held");
        assertEq(own.balance, own.holds, "and there");
    }

    // ---- what nobody bills ----

    function test_aRootThatLacksALeafIsSkippedAfterFourteenPeriods() public {
        _open(instance, 1, 0);
        vm.warp(GENESIS + 100);
        closeOne(alice, instance, 1);
        vm.warp(GENESIS + PERIOD + 50);
        _settle(0);
        uint256 from = GENESIS + PERIOD + 50 + 14 * PERIOD;
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesSkipTooEarly.selector, 0, from));
        LEASES.skip(0, refs(instance, 1));
        vm.warp(from);
        assertTrue(skipOne(0, instance, 1) == ILeases.Refusal.None, "skipped");
        assertEq(LEASES.account(alice).holds, 0, "the hold is free");
        assertEq(TREASURY.shared(), 0, "nothing is paid");
    }

    function test_aPeriodWithoutARootIsSkippedAfterFourteenPeriods() public {
        _open(instance, 1, 0);
        uint256 from = GENESIS + 15 * PERIOD;
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesSkipTooEarly.selector, 0, from));
        LEASES.skip(0, refs(instance, 1));
        vm.warp(from);
        assertTrue(skipOne(0, instance, 1) == ILeases.Refusal.None, "skipped");
        assertEq(LEASES.lease(instance, 1).from, GENESIS + PERIOD, "the next period is the oldest unbilled");
    }

    function test_anyActiveMasternodeClosesWhatWaitsTooLongForItsBill() public {
        _open(instance, 1, 0);
        vm.warp(GENESIS + PERIOD + 40);
        _settle(0);
        vm.warp(GENESIS + 4 * PERIOD + 39);
        assertTrue(closeOne(masternode(3), instance, 1) == ILeases.Refusal.NotAllowed, "not yet");
        vm.warp(GENESIS + 4 * PERIOD + 40);
        MASTERNODES.setActive(3, false);
        assertTrue(closeOne(masternode(3), instance, 1) == ILeases.Refusal.NotAllowed, "not active");
        MASTERNODES.setActive(3, true);
        assertTrue(
            closeOne(masternode(3), instance, 1) == ILeases.Refusal.None, "three periods after the root"
        );
    }

    function test_withoutARootAnyActiveMasternodeClosesAfterFourteenPeriods() public {
        _open(instance, 1, 0);
        vm.warp(GENESIS + 15 * PERIOD - 1);
        assertTrue(closeOne(masternode(3), instance, 1) == ILeases.Refusal.NotAllowed, "not yet");
        vm.warp(GENESIS + 15 * PERIOD);
        assertTrue(
            closeOne(masternode(3), instance, 1) == ILeases.Refusal.None, "fourteen periods after its end"
        );
    }

    // ---- sold keys, old prices, shares ----

    function test_leasesOfASoldDeviceAreClosedByAnyActiveMasternodeAndNoneOpen() public {
        _open(instance, 1, 0);
        vm.warp(GENESIS + 10);
        DEVICES.setActive(7, false);
        assertTrue(closeOne(stranger, instance, 1) == ILeases.Refusal.NotAllowed, "a stranger");
        assertTrue(closeOne(masternode(3), instance, 1) == ILeases.Refusal.None, "a masternode");
        assertTrue(_tryOpen(instance, 2, 10) == ILeases.Refusal.DeviceNotActive, "no lease on it");
    }

    function test_aRunningLeaseKeepsItsPriceForThirtyDaysAtMost() public {
        _open(instance, 1, 0);
        vm.prank(owner);
        PRICES.listKind(1, "small", 2 * RATE);
        vm.warp(GENESIS + 15 * PERIOD - 1);
        assertEq(LEASES.lease(instance, 1).rate, RATE, "its own price");
        for (uint256 period = 0; period + 1 < 30 days / PERIOD; ++period) {
            vm.warp(GENESIS + (period + 1) * PERIOD);
            _settle(period);
            billOne(period, instance, 1, 0);
        }
        vm.warp(GENESIS + 30 days - 1);
        assertTrue(closeOne(masternode(3), instance, 1) == ILeases.Refusal.NotAllowed, "a second too early");
        vm.warp(GENESIS + 30 days);
        assertTrue(closeOne(masternode(3), instance, 1) == ILeases.Refusal.None, "30 days after the change");
    }

    function test_reopeningAnothersInstanceGainsNothing() public {
        vm.prank(alice);
        LEASES.approve(2);
        _open(instance, 1, 0);
        vm.warp(GENESIS + 10);
        closeOne(masternode(2), instance, 1);
        vm.prank(masternode(2));
        LEASES.open(_opening(instance, 2, 10));
        ILeases.LeaseView memory lease = LEASES.lease(instance, 2);
        assertEq(lease.opener, 2, "opened by the second");
        assertEq(lease.beneficiary, 1, "the share stays with the first");
        closeOne(masternode(2), instance, 2);
        MASTERNODES.setActive(1, false);
        vm.prank(masternode(2));
        LEASES.open(_opening(instance, 3, 10));
        assertEq(LEASES.lease(instance, 3).beneficiary, 2, "unless that one is not active");
    }

    function test_aPeriodLaterTheShareIsTheNewOpeners() public {
        vm.prank(alice);
        LEASES.approve(2);
        _open(instance, 1, 0);
        closeOne(alice, instance, 1);
        vm.warp(GENESIS + PERIOD);
        vm.prank(masternode(2));
        LEASES.open(_opening(instance, 2, PERIOD));
        assertEq(LEASES.lease(instance, 2).beneficiary, 2, "a period after the end of the last");
    }

    // ---- time of opening ----

    function test_anOpeningIsBackdatedByTheDelayAtMost() public {
        vm.warp(GENESIS + 100);
        assertTrue(_tryOpen(instance, 1, 39) == ILeases.Refusal.StartTooEarly, "61 seconds");
        assertTrue(_tryOpen(instance, 1, 101) == ILeases.Refusal.StartInFuture, "a second ahead");
        assertTrue(_tryOpen(instance, 1, 40) == ILeases.Refusal.None, "60 seconds");
    }

    function test_anOpeningReachesTheLastPeriodOnlyWhileItsFilesAreDue() public {
        vm.warp(GENESIS + PERIOD + 21);
        assertTrue(_tryOpen(instance, 1, PERIOD - 1) == ILeases.Refusal.StartTooEarly, "files are posted");
        vm.warp(GENESIS + PERIOD + 20);
        assertTrue(_tryOpen(instance, 1, PERIOD - 1) == ILeases.Refusal.None, "files are due");
        assertEq(LEASES.reservedAt(alice, block.timestamp), 21 * SECOND, "reserved at once");
    }

    function test_anInstancesLeasesNeverOverlap() public {
        _open(instance, 1, 0);
        vm.warp(GENESIS + 50);
        assertTrue(_tryOpen(instance, 2, 50) == ILeases.Refusal.LeaseStillOpen, "still open");
        closeOne(alice, instance, 1);
        vm.warp(GENESIS + 60);
        assertTrue(_tryOpen(instance, 2, 49) == ILeases.Refusal.StartTooEarly, "before the last one's end");
        assertTrue(_tryOpen(instance, 2, 50) == ILeases.Refusal.None, "from its end");
    }

    function test_aPriceThatWasCutOpensNoLease() public {
        vm.prank(signer);
        PRICES.quote(2 * PRICE);
        vm.warp(GENESIS + PERIOD);
        vm.expectRevert(ILeases.LeasesPriceNotFirm.selector);
        vm.prank(masternode(1));
        LEASES.open(_opening(instance, 1, PERIOD));
    }

    function test_aBatchSurvivesEveryBadItem() public {
        ILeases.Opening[] memory batch = new ILeases.Opening[](4);
        batch[0] = ILeases.Opening(instanceOf(mallory, 9), 7, 1, uint40(GENESIS), 1, 0);
        batch[1] = ILeases.Opening(instance, 7, 99, uint40(GENESIS), 1, 0);
        batch[2] = ILeases.Opening(instance, 7, 1, uint40(GENESIS), 0, 0);
        batch[3] = ILeases.Opening(instance, 7, 1, uint40(GENESIS), 1, 0);
        Refused[] memory expected = new Refused[](3);
        expected[0] = Refused(instanceOf(mallory, 9), 1, ILeases.Refusal.NotApproved);
        expected[1] = Refused(instance, 1, ILeases.Refusal.KindNotListed);
        expected[2] = Refused(instance, 0, ILeases.Refusal.TokenNotNext);
        assertRefused(openBatch(masternode(1), batch), expected, "each by its reason");
        assertEq(LEASES.lease(instance, 1).device, 7, "the good one is open");
    }

    function test_aMasternodeThatWasNeverApprovedOpensNothing() public {
        ILeases.Opening memory opening = _opening(instance, 1, 0)[0];
        assertTrue(openOne(masternode(2), opening) == ILeases.Refusal.NotApproved, "at genesis");
        vm.warp(GENESIS + 10);
        opening.startedAt = uint40(GENESIS + 10);
        assertTrue(openOne(masternode(2), opening) == ILeases.Refusal.NotApproved, "later");
        assertTrue(closeOne(masternode(2), instance, 1) == ILeases.Refusal.NotOpen, "nothing is open");
    }

    // ---- setup ----

    function _fund(address account, uint256 amount) private {
        vm.deal(address(this), amount);
        LEASES.deposit{ value: amount }(account);
        vm.prank(account);
        LEASES.approve(1);
        _setLimits(account, type(uint96).max);
    }

    function _setLimits(address account, uint96 maxTotal) private {
        vm.prank(account);
        LEASES.setLimits(maxTotal, type(uint40).max);
    }

    function _revoke(uint32 id) private {
        vm.prank(alice);
        LEASES.revoke(id);
    }

    /// @param startedAt in seconds since genesis
    function _opening(InstanceKey key, uint64 token, uint256 startedAt)
        private
        pure
        returns (ILeases.Opening[] memory batch)
    {
        batch = new ILeases.Opening[](1);
        batch[0] = ILeases.Opening(key, 7, 1, uint40(GENESIS + startedAt), token, 0);
    }

    function _tryOpen(InstanceKey key, uint64 token, uint256 startedAt) private returns (ILeases.Refusal) {
        return openOne(masternode(1), _opening(key, token, startedAt)[0]);
    }

    function _open(InstanceKey key, uint64 token, uint256 startedAt) private {
        assertTrue(_tryOpen(key, token, startedAt) == ILeases.Refusal.None, "open");
    }

    function _settle(uint256 period) private {
        SETTLEMENT.settle(period);
    }

    /// @dev Settles the last period that is over; before the first is, waits for it.
    function _settleEnded() private {
        if (block.timestamp < GENESIS + PERIOD) vm.warp(GENESIS + PERIOD);
        _settle((block.timestamp - GENESIS) / PERIOD - 1);
    }
}
