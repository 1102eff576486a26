// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DeviceStatus, IDevices, RawScores } from "../../src/devices/IDevices.sol";
import { DevicesFixture } from "./DevicesFixture.sol";

/// @title Nobody repeats a draw until a friend comes out, and nobody lowers a score alone.
contract ReorderTest is DevicesFixture {
    RawScores private nothing;

    function setUp() public {
        setUpNetwork();
    }

    /// @dev The owner sees who was drawn, retires the device and registers another to the same key.
    function test_registeringAnewDoesNotRepeatADraw() public {
        uint256 key = buyKey(alice);
        uint256 from = block.timestamp + REORDER;
        for (uint256 tries = 1; tries <= 5; ++tries) {
            uint32 id = registerTo("alice", key);
            if (tries == 1) drawNow(id);
            else _expectTooEarly(id, from);
            retireAs("alice", id);
        }
        assertEq(DEVICES.nextOrderAt(key), from, "the first order is the only one");
    }

    function test_aDeviceRegisteredWhileItsKeyWaitsIsOrderedByADrawAfterIt() public {
        uint256 key = buyKey(alice);
        retireAs("alice", registerTo("alice", key));
        uint32 id = registerTo("alice", key);
        uint256 from = DEVICES.nextOrderAt(key);
        vm.warp(from - 1);
        _expectTooEarly(id, from);
        vm.warp(from);
        vm.recordLogs();
        DEVICES.draw(id);
        assertEq(vm.getRecordedLogs()[0].topics[0], IDevices.MeasurementOrdered.selector, "ordered");
        measureNow(id, scores(10));
        assertStatus(id, DeviceStatus.Measured, "measured");
        assertEq(DEVICES.nextOrderAt(key), from + REORDER, "and the key waits again");
    }

    /// @dev The key is sold and bought back, or the device hides from whoever is drawn until its time is over.
    function test_neitherASaleNorAMissedMeasurementShortensTheWait() public {
        uint32 id = registerNew("alice");
        uint256 key = DEVICES.device(id).key;
        uint256 from = DEVICES.nextOrderAt(key);
        drawNow(id);
        transferKey(alice, bob, key);
        transferKey(bob, alice, key);
        vm.warp(uint256(DEVICES.device(id).measureBefore) + 1);
        _expectTooEarly(id, from);
        assertEq(DEVICES.nextOrderAt(key), from, "the wait of the first order");
    }

    function test_aHashOutOfReachDoesNotShortenTheWait() public {
        uint32 id = registerNew("alice");
        vm.roll(block.number + 257);
        _expectTooEarly(id, DEVICES.nextOrderAt(DEVICES.device(id).key));
    }

    /// @dev A masternode that orders for a friend's device until it is drawn itself.
    function test_aMasternodeOrdersOncePerWait() public {
        uint32 id = activeDeviceOf("alice");
        uint256 from = DEVICES.nextOrderAt(DEVICES.device(id).key);
        for (uint32 who = 1; who <= FOUNDING_MASTERNODES; ++who) {
            vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesOrderTooEarly.selector, id, from));
            vm.prank(masternode(who));
            DEVICES.orderMeasurement(id);
        }
        vm.warp(from);
        vm.prank(masternode(1));
        DEVICES.orderMeasurement(id);
        assertEq(DEVICES.nextOrderAt(DEVICES.device(id).key), from + REORDER, "once, then it waits");
    }

    /// @dev A masternode that orders for a competitor's device until it is drawn, and says that it can do nothing.
    function test_oneMasternodeAloneNeverLowersAScore() public {
        uint32 id = activeDeviceOf("bob");
        uint32 liar = 1;
        uint256 lies = 0;
        for (uint256 round = 0; round < 40; ++round) {
            orderAs(liar, id);
            uint32 drawn = drawNow(id);
            measureAs(drawn, id, drawn == liar ? nothing : scores(10));
            if (drawn == liar) ++lies;
            assertScores(DEVICES.device(id).accepted, scores(10), "what it can do counts");
        }
        assertTrue(lies > 0, "it was drawn");
    }

    function test_twoMasternodesInARowLowerAScoreToTheLargerOfBoth() public {
        uint32 id = activeDeviceOf("bob");
        orderAs(1, id);
        measureNow(id, scores(3));
        assertScores(DEVICES.device(id).accepted, scores(10), "the first is not confirmed");
        orderAs(1, id);
        measureNow(id, scores(5));
        assertScores(DEVICES.device(id).accepted, scores(5), "confirmed as far as both agree");
        assertScores(DEVICES.device(id).offered, scores(5), "the last one is offered");
        assertStatus(id, DeviceStatus.Active, "it works on");
    }

    function test_noTwoMeasurementsInARowAreTheSameMasternodes() public {
        uint32 id = activeDeviceOf("bob");
        uint32 last = 0;
        uint256[] memory drawn = new uint256[](FOUNDING_MASTERNODES + 1);
        for (uint256 round = 0; round < 100; ++round) {
            orderAs(1, id);
            uint32 measurer = drawNow(id);
            assertTrue(measurer != last, "another one");
            measureAs(measurer, id, scores(10));
            last = measurer;
            ++drawn[measurer];
        }
        for (uint32 who = 1; who <= FOUNDING_MASTERNODES; ++who) {
            assertTrue(drawn[who] > 8, "each is drawn");
        }
    }

    function test_theOnlyMasternodeMeasuresAgain() public {
        uint32 id = activeDeviceOf("bob");
        for (uint32 who = 2; who <= FOUNDING_MASTERNODES; ++who) {
            vm.prank(owner);
            MASTERNODES.startLeaving(who);
        }
        for (uint256 round = 0; round < 2; ++round) {
            vm.warp(DEVICES.nextOrderAt(DEVICES.device(id).key));
            vm.prank(masternode(1));
            DEVICES.orderMeasurement(id);
            assertEq(drawNow(id), 1, "nobody else is there");
            measureAs(1, id, scores(4));
        }
        assertScores(DEVICES.device(id).accepted, scores(4), "it decides alone anyway");
    }

    function _expectTooEarly(uint32 id, uint256 from) private {
        vm.roll(block.number + 1);
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesOrderTooEarly.selector, id, from));
        DEVICES.draw(id);
    }
}
